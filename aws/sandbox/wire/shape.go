package wire

import (
	"path"
	"reflect"
	"time"
)

var timeType = reflect.TypeFor[time.Time]()

// shape is what the Query protocols need to know about a Go type, computed once:
// a structure's members with their wire names, a list's or a map's elements, or
// neither for a scalar.
type shape struct {
	members []member // of a structure
	elem    *shape   // of a list or a map
}

// member is a structure's member. request and response are its names in requests
// and responses; item is the XML element of each entry of a list.
type member struct {
	index                   int
	request, response, item string
	shape                   *shape
}

// shapes computes the shapes of one service's types; the map ends the recursion
// of a type that contains itself.
type shapes struct {
	protocol Protocol
	byType   map[reflect.Type]*shape
}

func (s *shapes) shapeOf(t reflect.Type) *shape {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if known, ok := s.byType[t]; ok {
		return known
	}
	sh := &shape{}
	s.byType[t] = sh
	switch {
	case t == timeType:
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8, t.Kind() == reflect.Map:
		sh.elem = s.shapeOf(t.Elem())
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); isMember(f) {
				sh.members = append(sh.members, s.member(t, i))
			}
		}
	}
	return sh
}

// isMember excludes what the SDK adds to a structure, and unions, which no Query
// operation of the tutorial has.
func isMember(f reflect.StructField) bool {
	return f.IsExported() && f.Name != "ResultMetadata" && f.Type.Kind() != reflect.Interface
}

func (s *shapes) member(t reflect.Type, i int) member {
	f := t.Field(i)
	m := member{index: i, request: f.Name, response: f.Name, item: "member", shape: s.shapeOf(f.Type)}
	if s.protocol == EC2Query {
		m.response, m.item = lowerFirst(f.Name), "item"
	}
	key := memberKey(t, f.Name)
	if n, ok := requestNames[key]; ok {
		m.request = n
	}
	if n, ok := responseNames[key]; ok {
		m.response = n
	}
	if n, ok := itemNames[key]; ok {
		m.item = n
	}
	return m
}

// memberKey is the key of a field in the tables of names.go: "ec2.TagSpecification.Tags".
func memberKey(t reflect.Type, field string) string {
	return sdkPackage(t) + "." + t.Name() + "." + field
}

// sdkPackage returns the service's package in the SDK: "rds" for types in rds
// and rds/types.
func sdkPackage(t reflect.Type) string {
	p := t.PkgPath()
	if path.Base(p) == "types" {
		p = path.Dir(p)
	}
	return path.Base(p)
}

func lowerFirst(s string) string {
	if s == "" || s[0] < 'A' || s[0] > 'Z' {
		return s
	}
	return string(s[0]|0x20) + s[1:]
}
