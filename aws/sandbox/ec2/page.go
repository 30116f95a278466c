package ec2

import (
	"encoding/base64"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"

	"keyturn/aws/sandbox/wire"
)

// The page sizes that EC2 takes.
const (
	leastResults = 5
	mostResults  = 1000
)

// page cuts one page out of items. Without a most everything is one page.
func page[T any](items []T, most *int32, token *string) (part []T, next *string, err error) {
	if most != nil && (*most < leastResults || *most > mostResults) {
		return nil, nil, wire.Errorf("InvalidParameterValue",
			"Value ( %d ) for parameter maxResults is invalid. Expecting a value between %d and %d.", *most, leastResults, mostResults)
	}
	start := 0
	if token != nil {
		start, err = readToken(*token)
		if err != nil {
			return nil, nil, wire.Errorf("InvalidNextToken", "The token '%s' is invalid", *token)
		}
	}
	items = items[min(start, len(items)):]
	if most == nil || len(items) <= int(*most) {
		return items, nil, nil
	}
	return items[:*most], aws.String(writeToken(start + int(*most))), nil
}

func writeToken(at int) string { return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(at))) }

func readToken(token string) (int, error) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return 0, err
	}
	at, err := strconv.ParseUint(string(b), 10, 31)
	return int(at), err
}
