package ec2

import (
	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// The page sizes that EC2 accepts.
const (
	minResults = 5
	maxResults = 1000
)

// page returns one page of items. Without a size, it has all that are left.
func page[T any](items []T, size *int32, token *string) (part []T, next *string, err error) {
	n := len(items) + 1
	if size != nil {
		if *size < minResults || *size > maxResults {
			return nil, nil, wire.Errorf("InvalidParameterValue",
				"Value ( %d ) for parameter maxResults is invalid. Expecting a value between %d and %d.", *size, minResults, maxResults)
		}
		n = int(*size)
	}
	part, next, ok := cloud.Page(items, token, n)
	if !ok {
		return nil, nil, wire.Errorf("InvalidNextToken", "The token '%s' is invalid", *token)
	}
	return part, next, nil
}
