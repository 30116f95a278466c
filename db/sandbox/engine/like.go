package engine

import "database/sql/driver"

// likeFunction is mysql_like(text, pattern, escape, collation): LIKE compares
// character by character, as the collation does.
// https://dev.mysql.com/doc/refman/8.4/en/string-comparison-functions.html#operator_like
var likeFunction = always(4, 4, func(a []driver.Value) driver.Value {
	collation, _ := collationOf(Text(a[3]))
	if Like(Text(a[1]), Text(a[0]), Text(a[2]), collation.compare) { // where spaces at the end count
		return int64(1)
	}
	return int64(0)
})

// Like reports whether a text matches a pattern with the wildcards % and _, of
// which the character escape takes away the meaning.
func Like(patternText, matched, escape string, compare func(a, b string) int) bool {
	pattern, text := characters(patternText), characters(matched)
	// percent is where the last % was met, resume the text it may still swallow.
	percent, resume := -1, 0
	p, t := 0, 0
	for t < len(text) {
		at, width, isWild := "", 1, false
		if p < len(pattern) {
			at = pattern[p]
			switch {
			case at == escape && p+1 < len(pattern):
				at, width = pattern[p+1], 2
			case at == "%":
				percent, resume = p, t
				p++
				continue
			}
			isWild = width == 1 && at == "_"
		}
		switch {
		case p < len(pattern) && (isWild || compare(at, text[t]) == 0):
			p, t = p+width, t+1
		case percent >= 0:
			resume++
			p, t = percent+1, resume
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == "%" {
		p++
	}
	return p == len(pattern)
}
