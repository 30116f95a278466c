package wire

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
)

// encodeError encodes an error in the service's protocol.
func encodeError(s Service, x *exchange, e *Error) response {
	a := response{status: e.status(), errorCode: e.Code}
	switch s.Protocol {
	case AWSJSON, RESTJSON:
		a.contentType = jsonContentType
		if s.Protocol == RESTJSON {
			a.contentType = "application/json"
		}
		a.header = http.Header{"X-Amzn-Errortype": {e.Code}}
		a.body = jsonError(s, e)
	case EC2Query:
		a.contentType = xmlContentType
		a.body = xmlBody(ec2ErrorResponse{
			Errors:    []xmlError{{Code: e.Code, Message: e.Message}},
			RequestID: x.id,
		})
	default:
		a.contentType = xmlContentType
		a.body = xmlBody(queryErrorResponse{
			Namespace: s.Namespace,
			Error:     xmlError{Type: faultType(e), Code: e.Code, Message: e.Message},
			RequestID: x.id,
		})
	}
	return a
}

// jsonError has the text in the member that the service uses, or else in both
// that AWS's services use.
func jsonError(s Service, e *Error) []byte {
	body := map[string]string{"Message": e.Message, "message": e.Message}
	if s.ErrorMember != "" {
		body = map[string]string{s.ErrorMember: e.Message}
	}
	if s.Protocol == AWSJSON {
		body["__type"] = e.Code
	} else {
		body["Type"] = map[bool]string{true: "User", false: "Service"}[e.status() < 500]
	}
	b, _ := json.Marshal(body)
	return b
}

type xmlError struct {
	Type    string `xml:"Type,omitempty"`
	Code    string `xml:"Code"`
	Message string `xml:"Message"`
}

type queryErrorResponse struct {
	XMLName   xml.Name `xml:"ErrorResponse"`
	Namespace string   `xml:"xmlns,attr,omitempty"`
	Error     xmlError `xml:"Error"`
	RequestID string   `xml:"RequestId"`
}

type ec2ErrorResponse struct {
	XMLName   xml.Name   `xml:"Response"`
	Errors    []xmlError `xml:"Errors>Error"`
	RequestID string     `xml:"RequestID"`
}

func faultType(e *Error) string {
	if e.status() >= http.StatusInternalServerError {
		return "Receiver"
	}
	return "Sender"
}

func xmlBody(v any) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	_ = xml.NewEncoder(&b).Encode(v) // a bytes.Buffer does not fail, and these types can be encoded
	return b.Bytes()
}
