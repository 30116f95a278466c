package contract

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// checkQuery checks a request of query or ec2, which send a form: "Action" names
// the operation, and dots in names separate structures, lists and maps.
func (c *checker) checkQuery(r Request) {
	form, err := url.ParseQuery(string(r.Body))
	if err != nil {
		c.addFault("", "the body is no form")
		return
	}
	_, input, ok := c.findOperation(form.Get("Action"))
	if !ok {
		return
	}
	f := &formReader{model: c.model, form: form, ec2: c.model.Metadata.Protocol == "ec2", read: map[string]bool{"Action": true, "Version": true}}
	if input != nil {
		if v := f.readValue(*input, ""); v != nil {
			c.checkValue(v, *input, "")
		} else {
			c.checkValue(map[string]any{}, *input, "")
		}
	}
	for _, name := range f.unread() {
		if !c.isNewer("." + name) {
			c.addFault("", "there is no member %q", name)
		}
	}
}

// formReader decodes a form by a model and keeps track of the fields that it read.
type formReader struct {
	model *model
	form  url.Values
	ec2   bool
	read  map[string]bool
}

func (f *formReader) unread() []string {
	var names []string
	for name := range f.form {
		if !f.read[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// hasPrefix reports whether the form has name or a member of it.
func (f *formReader) hasPrefix(name string) bool {
	for key := range f.form {
		if key == name || strings.HasPrefix(key, name+".") {
			return true
		}
	}
	return false
}

// readValue decodes what is at name; nil if there is nothing.
func (f *formReader) readValue(use shapeRef, name string) any {
	s := f.model.Shapes[use.Shape]
	switch s.Type {
	case "structure":
		return f.readStructure(s, name)
	case "list":
		return f.readList(s, use, name)
	case "map":
		return f.readMap(s, use, name)
	}
	if !f.form.Has(name) {
		return nil
	}
	f.read[name] = true
	return f.form.Get(name)
}

func (f *formReader) readStructure(s shape, name string) any {
	if name != "" && !f.hasPrefix(name) {
		return nil
	}
	members := map[string]any{}
	for member, use := range s.Members {
		if v := f.readValue(use, joinName(name, f.formName(member, use))); v != nil {
			members[use.wireName(member)] = v
		}
	}
	return members
}

// formName is a member's name in a form. EC2 capitalizes the first letter of the
// name in its responses, unless the member has a query name.
func (f *formReader) formName(member string, use shapeRef) string {
	switch {
	case f.ec2 && use.QueryName != "":
		return use.QueryName
	case f.ec2 && use.LocationName != "":
		return strings.ToUpper(use.LocationName[:1]) + use.LocationName[1:]
	}
	return use.wireName(member)
}

// readList reads "Name.member.1", or "Name.1" where the list is flattened, as EC2's
// all are.
func (f *formReader) readList(s shape, use shapeRef, name string) any {
	if f.form.Has(name) && f.form.Get(name) == "" { // an empty list
		f.read[name] = true
		return []any{}
	}
	if !f.ec2 && !s.Flattened && !use.Flattened {
		name = joinName(name, s.Member.wireName("member"))
	}
	var items []any
	for n := 1; f.hasPrefix(joinName(name, strconv.Itoa(n))); n++ {
		items = append(items, f.readValue(s.Member, joinName(name, strconv.Itoa(n))))
	}
	if items == nil {
		return nil
	}
	return items
}

// readMap reads "Name.entry.1.key" and "….value".
func (f *formReader) readMap(s shape, use shapeRef, name string) any {
	if !s.Flattened && !use.Flattened {
		name = joinName(name, "entry")
	}
	entries := map[string]any{}
	for n := 1; f.hasPrefix(joinName(name, strconv.Itoa(n))); n++ {
		at := joinName(name, strconv.Itoa(n))
		key, _ := f.readValue(s.Key, joinName(at, s.Key.wireName("key"))).(string)
		entries[key] = f.readValue(s.Value, joinName(at, s.Value.wireName("value")))
	}
	if len(entries) == 0 {
		return nil
	}
	return entries
}

func joinName(name, part string) string {
	if name == "" {
		return part
	}
	return name + "." + part
}
