package cloud

import (
	"encoding/base64"
	"strconv"
)

// Page cuts one page out of a whole list: at most size items from where token
// says, and the token of the next page, nil at the end. An empty page is not
// nil: AWS answers it as an empty list. ok is false if token is none that Page
// gave out.
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
