package wire

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"reflect"
	"slices"
	"strings"
)

const xmlContentType = "text/xml;charset=UTF-8"

// encode writes a response: for awsQuery a result and then its metadata, for
// ec2Query the request id and then the members. It writes an empty result too,
// which some of the SDK's clients require.
func (c *queryCodec) encode(x *exchange, out any) (response, error) {
	w := &xmlWriter{}
	w.b.WriteString(xml.Header)
	w.b.WriteString("<" + c.op.Name + `Response xmlns="` + c.service.Namespace + `">`)
	v := reflect.ValueOf(out).Elem()
	if c.service.Protocol == EC2Query {
		w.writeText("requestId", x.id)
		w.writeStructure(c.out, v)
	} else {
		w.open(c.op.Name + "Result")
		w.writeStructure(c.out, v)
		w.close(c.op.Name + "Result")
		w.open("ResponseMetadata")
		w.writeText("RequestId", x.id)
		w.close("ResponseMetadata")
	}
	w.close(c.op.Name + "Response")
	return response{status: http.StatusOK, contentType: xmlContentType, body: w.b.Bytes()}, nil
}

type xmlWriter struct{ b bytes.Buffer }

func (w *xmlWriter) open(name string)  { w.b.WriteString("<" + name + ">") }
func (w *xmlWriter) close(name string) { w.b.WriteString("</" + name + ">") }

func (w *xmlWriter) writeText(name, text string) {
	w.open(name)
	_ = xml.EscapeText(&w.b, []byte(text)) // a bytes.Buffer does not fail
	w.close(name)
}

// writeStructure leaves out unset members: nil, and empty enumeration values.
func (w *xmlWriter) writeStructure(s *shape, v reflect.Value) {
	for _, m := range s.members {
		if f := v.Field(m.index); !isUnset(f) {
			w.writeValue(m.response, m.item, m.shape, reflect.Indirect(f))
		}
	}
}

func (w *xmlWriter) writeValue(name, item string, s *shape, v reflect.Value) {
	switch {
	case s.elem != nil && v.Kind() == reflect.Map:
		w.open(name)
		w.writeMap(s, v)
		w.close(name)
	case s.elem != nil:
		w.open(name)
		for i := range v.Len() {
			w.writeValue(item, item, s.elem, v.Index(i))
		}
		w.close(name)
	case v.Kind() == reflect.Struct && v.Type() != timeType:
		w.open(name)
		w.writeStructure(s, v)
		w.close(name)
	default:
		w.writeText(name, formatScalar(v))
	}
}

// writeMap writes a map sorted by key, so that responses are deterministic.
func (w *xmlWriter) writeMap(s *shape, v reflect.Value) {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	for _, key := range keys {
		w.open("entry")
		w.writeText("key", key.String())
		w.writeValue("value", "member", s.elem, v.MapIndex(key))
		w.close("entry")
	}
}
