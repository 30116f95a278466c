package steps

// Tag marks a resource as made by a run. Every resource that can carry tags
// carries TagRun.
type Tag struct{ Key, Value string }

// TagRun is the key of the tag that names the run a resource belongs to.
const TagRun = "keyturn:run"

func (r *Run) tags() []Tag { return []Tag{{Key: TagRun, Value: r.ID()}} }

// owned reports whether tags say that this run made the resource.
func (r *Run) owned(tags []Tag) bool { return ownerOf(tags) == r.ID() }

// ownerOf returns the run that tags name, or "".
func ownerOf(tags []Tag) string {
	for _, t := range tags {
		if t.Key == TagRun {
			return t.Value
		}
	}
	return ""
}
