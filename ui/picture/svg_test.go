package main

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestSVG(t *testing.T) {
	t.Parallel()
	frames := map[string]struct {
		frame string
		want  []string
	}{
		"plain text keeps its place":             {"\n  hello", []string{`x="28.8" y="43"`, ">hello</text>"}},
		"a colour of the sixteen is the theme's": {"\x1b[96mkey\x1b[m word", []string{`fill="#56d4dd">key<`, `fill="#e6edf3">word<`}},
		"bold is bold":                           {"\x1b[1mtitle\x1b[m", []string{`font-weight="bold">title<`}},
		"reverse has a box behind it":            {"\x1b[7mAWS\x1b[m", []string{"<rect x=", `fill="#0d1117">AWS<`}},
		"what means something to XML is escaped": {"a<b & \"c\"", []string{"a&lt;b &amp;"}},
	}
	for sentence, test := range frames {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			svg := newCanvas(palettes["dark"]).svg(test.frame)
			for _, want := range test.want {
				if !strings.Contains(svg, want) {
					t.Errorf("no %q in\n%s", want, svg)
				}
			}
			decoder := xml.NewDecoder(strings.NewReader(svg))
			for {
				if _, err := decoder.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
