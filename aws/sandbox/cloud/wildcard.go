package cloud

// MatchesWildcard reports whether text matches a pattern of a policy: * stands for
// any number of characters and ? for one. In a simulation the text may be a
// pattern itself; it then matches the same pattern.
func MatchesWildcard(pattern, text string) bool {
	p, t := 0, 0
	star, from := -1, 0 // the latest *, and where in text it began
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			from++
			p, t = star+1, from
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
