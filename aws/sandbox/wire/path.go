package wire

import (
	"net/url"
	"strings"
)

// pathTemplate is an operation's path: "/applications/{ApplicationId}".
type pathTemplate []pathSegment

type pathSegment string

// label returns the name between the braces, if the segment is a label.
func (s pathSegment) label() (string, bool) {
	name, ok := strings.CutPrefix(string(s), "{")
	if !ok {
		return "", false
	}
	return strings.TrimSuffix(strings.TrimSuffix(name, "}"), "+"), true
}

func parsePath(template string) pathTemplate {
	var t pathTemplate
	for part := range strings.SplitSeq(strings.Trim(template, "/"), "/") {
		t = append(t, pathSegment(part))
	}
	return t
}

// splitPath splits an escaped path and then unescapes the segments, so that an
// ARN with an escaped slash is one segment. A trailing slash is ignored.
func splitPath(escaped string) ([]string, bool) {
	segments := strings.Split(strings.Trim(escaped, "/"), "/")
	for i, s := range segments {
		plain, err := url.PathUnescape(s)
		if err != nil {
			return nil, false
		}
		segments[i] = plain
	}
	return segments, true
}

// match returns the labels' values if the segments match; a label is never empty.
func (t pathTemplate) match(segments []string) (map[string]string, bool) {
	if len(segments) != len(t) {
		return nil, false
	}
	var labels map[string]string
	for i, s := range t {
		name, isLabel := s.label()
		switch {
		case isLabel && segments[i] != "":
			if labels == nil {
				labels = map[string]string{}
			}
			labels[name] = segments[i]
		case isLabel, string(s) != segments[i]:
			return nil, false
		}
	}
	return labels, true
}
