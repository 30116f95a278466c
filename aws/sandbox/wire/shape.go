package wire

import (
	"path"
	"reflect"
	"time"
)

var timeType = reflect.TypeFor[time.Time]()

// shape is what the Query protocols need to know of a Go type, found out once:
// a structure's members with their names on the wire, a list's or a map's
// elements, or neither for a scalar.
type shape struct {
	members []member // of a structure
	elem    *shape   // of a list or a map
}

// member is a structure's member. request and answer are its names in requests
// and answers; item is the element around each entry of a list in an answer.
type member struct {
	index                   int
	request, response, item string
	shape                   *shape
}

// shapes makes the shapes of one service's types; a type that holds itself is
// met again in the map.
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

// isMember leaves out what the SDK adds to a structure, and unions, which no
// Query operation of the tutorial's has.
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

// memberKey names a field in the tables of names: "ec2.TagSpecification.Tags".
func memberKey(t reflect.Type, field string) string {
	return sdkPackage(t) + "." + t.Name() + "." + field
}

// sdkPackage is the service's package in the SDK: "rds" for types in rds and
// rds/types.
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
