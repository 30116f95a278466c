package wire

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"go/format"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "regenerate names.go from the SDK's sources")

// The names that differ from the protocols' rules are exactly those in the SDK's
// (de)serializers. The SDK's clients ignore case, others do not.
func TestWireNamesMatchTheSDK(t *testing.T) {
	want := map[string]map[string]string{"requestNames": {}, "responseNames": {}, "itemNames": {}, "knownOperations": {}}
	for name, svc := range sdkServices {
		if svc.source == nil {
			continue
		}
		pc := runtime.FuncForPC(reflect.ValueOf(svc.source).Pointer())
		file, _ := pc.FileLine(pc.Entry())
		source := readSource(t, filepath.Dir(file))
		requests, answers := map[reflect.Type]bool{}, map[reflect.Type]bool{}
		for _, op := range operationsOf(t, svc) {
			want["knownOperations"][name+"."+op.Name] = ""
			collectStructures(op.in, requests)
			collectStructures(op.out, answers)
		}
		for s := range requests {
			source.requestNames(t, name, svc.Protocol, s, want["requestNames"])
		}
		for s := range answers {
			source.responseNames(t, name, svc.Protocol, s, want)
		}
	}
	text := namesSource(t, want)
	if *update {
		if err := os.WriteFile("names.go", text, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile("names.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, text) {
		t.Errorf("names.go is not what the SDK's sources say: run go test -run %s -update", t.Name())
	}
}

// collectStructures adds the structures that a type consists of.
func collectStructures(t reflect.Type, into map[reflect.Type]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		collectStructures(t.Elem(), into)
	case reflect.Struct:
		if t == timeType || into[t] {
			return
		}
		into[t] = true
		for i := range t.NumField() {
			if f := t.Field(i); isMember(f) {
				collectStructures(f.Type, into)
			}
		}
	}
}

// sdkSource is an SDK package's serializers and deserializers, by function.
type sdkSource map[string]string

func readSource(t *testing.T, dir string) sdkSource {
	t.Helper()
	s := sdkSource{}
	for _, name := range []string{"serializers.go", "deserializers.go"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Skipf("the SDK's sources are not here (built with -trimpath?): %v", err)
		}
		for _, f := range strings.Split(string(text), "\nfunc ")[1:] {
			name, body, _ := strings.Cut(f, "(")
			s[name] = body
		}
	}
	return s
}

// function finds the (de)serializer of a structure.
func (s sdkSource) function(protocol Protocol, verb string, structure reflect.Type) string {
	prefix := map[Protocol]string{Query: "awsAwsquery_", EC2Query: "awsEc2query_"}[protocol] + verb
	return cmp.Or(s[prefix+"OpDocument"+structure.Name()], s[prefix+"Document"+structure.Name()])
}

var requestMember = regexp.MustCompile(`if [^\n]*v\.(\w+)[^\n]* {\n\t\tobjectKey := object\.(?:Flat)?Key\("([^"]+)"\)`)

func (s sdkSource) requestNames(t *testing.T, service string, p Protocol, structure reflect.Type, into map[string]string) {
	found := map[string]string{}
	for _, m := range requestMember.FindAllStringSubmatch(s.function(p, "serialize", structure), -1) {
		found[m[1]] = m[2]
	}
	for _, f := range members(structure) {
		key := service + "." + structure.Name() + "." + f.Name
		name, ok := found[f.Name]
		if !ok {
			t.Errorf("the SDK does not send %s", key)
		} else if name != f.Name {
			into[key] = name
		}
	}
}

var (
	responseField = regexp.MustCompile(`sv\.(\w+)`)
	responseList  = regexp.MustCompile(`(aws\w+_deserializeDocument\w+)\(&sv\.`)
	responseItem  = regexp.MustCompile(`case strings\.EqualFold\("([^"]+)", t\.Name\.Local\):`)
)

func (s sdkSource) responseNames(t *testing.T, service string, p Protocol, structure reflect.Type, into map[string]map[string]string) {
	type named struct{ name, item string }
	found := map[string]named{}
	cases := strings.Split(s.function(p, "deserialize", structure), "\n\t\tcase strings.EqualFold(\"")
	for _, part := range cases[1:] {
		name, rest, ok := strings.Cut(part, `", t.Name.Local):`)
		field := responseField.FindStringSubmatch(rest)
		if !ok || field == nil {
			continue
		}
		n := named{name: name}
		if list := responseList.FindStringSubmatch(rest); list != nil {
			if item := responseItem.FindStringSubmatch(s[list[1]]); item != nil {
				n.item = item[1]
			}
		}
		found[field[1]] = n
	}
	for _, f := range members(structure) {
		key := service + "." + structure.Name() + "." + f.Name
		name, item := f.Name, "member"
		if p == EC2Query {
			name, item = lowerFirst(f.Name), "item"
		}
		n, ok := found[f.Name]
		if !ok {
			t.Errorf("the SDK does not read %s", key)
			continue
		}
		if n.name != name {
			into["responseNames"][key] = n.name
		}
		isList := f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() != reflect.Uint8
		if isList && n.item != item {
			into["itemNames"][key] = n.item
		}
	}
}

func members(structure reflect.Type) []reflect.StructField {
	var fields []reflect.StructField
	for i := range structure.NumField() {
		if f := structure.Field(i); isMember(f) {
			fields = append(fields, f)
		}
	}
	return fields
}

func namesSource(t *testing.T, tables map[string]map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("// Code generated by go test -run TestWireNamesMatchTheSDK -update; DO NOT EDIT.\n\npackage wire\n")
	for _, table := range []struct{ name, doc string }{
		{"requestNames", "are members whose parameter has another name than the field."},
		{"responseNames", "are members whose element has another name than the field (ec2: with a lower-case first letter)."},
		{"itemNames", "are lists whose elements are not named \"member\" (ec2: \"item\")."},
	} {
		fmt.Fprintf(&b, "\n// %s %s\nvar %s = map[string]string{\n", table.name, table.doc, table.name)
		for _, key := range slices.Sorted(maps.Keys(tables[table.name])) {
			fmt.Fprintf(&b, "%q: %q,\n", key, tables[table.name][key])
		}
		b.WriteString("}\n")
	}
	b.WriteString("\n// knownOperations are the Query protocols' operations whose names are in this file.\nvar knownOperations = map[string]bool{\n")
	for _, op := range slices.Sorted(maps.Keys(tables["knownOperations"])) {
		fmt.Fprintf(&b, "%q: true,\n", op)
	}
	b.WriteString("}\n")
	text, err := format.Source(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return text
}
