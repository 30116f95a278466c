package steps

// Tag marks a resource as made by a run. Every resource that can carry tags
// carries TagRun.
type Tag struct{ Key, Value string }

// TagRun is the key of the tag that names the run a resource belongs to.
const TagRun = "keyturn:run"

// Owner returns the run that tags name, or "".
func Owner(tags []Tag) string {
	for _, t := range tags {
		if t.Key == TagRun {
			return t.Value
		}
	}
	return ""
}
