package cloud

import (
	"encoding/base64"
	"strconv"
)

// Page returns one page of a list: at most size items from token on, and the
// token of the next page, nil at the end. An empty page is not nil, so that it
// is encoded as an empty list. ok is false for an invalid token.
func Page[T any](all []T, token *string, size int) (page []T, next *string, ok bool) {
	from := 0
	if token != nil && *token != "" {
		text, err := base64.RawURLEncoding.DecodeString(*token)
		if err != nil {
			return nil, nil, false
		}
		if from, err = strconv.Atoi(string(text)); err != nil || from < 0 {
			return nil, nil, false
		}
	}
	from = min(from, len(all))
	to := min(from+size, len(all))
	if to < len(all) {
		t := base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(to)))
		next = &t
	}
	return append([]T{}, all[from:to]...), next, true
}
