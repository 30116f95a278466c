package ui

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// lessonWidth is the longest line of a lesson: beyond it the eye loses its
// place at the line's end.
const lessonWidth = 76

// renderMarkdown lays a lesson out in lines of at most width cells. It knows
// what the lessons use: headings, paragraphs, lists, quotes, code, emphasis.
// It stands on goldmark's parser alone: glamour also brings a syntax highlighter,
// whose tables cost 20 ms at every start of the program, and goldmark's own
// default parser brings the renderer of HTML.
func renderMarkdown(source string, width int, th theme) []string {
	m := markdown{source: []byte(source), th: th}
	p := parser.NewParser(
		parser.WithBlockParsers(parser.DefaultBlockParsers()...), parser.WithInlineParsers(parser.DefaultInlineParsers()...),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
	)
	doc := p.Parse(text.NewReader(m.source))
	return trimBlank(m.blocks(doc, min(width, lessonWidth)))
}

type markdown struct {
	source []byte
	th     theme
}

// blocks renders the children of a block, an empty line after each.
func (m markdown) blocks(parent ast.Node, width int) []string {
	var lines []string
	for node := parent.FirstChild(); node != nil; node = node.NextSibling() {
		lines = append(lines, m.block(node, width)...)
		if _, tight := node.(*ast.TextBlock); !tight {
			lines = append(lines, "")
		}
	}
	return lines
}

func (m markdown) block(node ast.Node, width int) []string {
	switch node := node.(type) {
	case *ast.Heading:
		style := m.th.strong
		if node.Level > 1 {
			style = m.th.accent.bold()
		}
		return wrap(style.Render(m.inline(node)), width)
	case *ast.List:
		return m.list(node, width)
	case *ast.Blockquote:
		inner := trimBlank(m.blocks(node, width-2))
		for i := range inner {
			inner[i] = m.th.warn.Render("│") + " " + inner[i]
		}
		return inner
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		return m.codeBlock(node, width)
	case *ast.ThematicBreak:
		return []string{m.th.faint.Render(strings.Repeat("─", width))}
	}
	return wrap(m.inline(node), width)
}

// list renders one item after the other without empty lines between them.
func (m markdown) list(list *ast.List, width int) []string {
	var lines []string
	number := list.Start
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		mark := "• "
		if list.IsOrdered() {
			mark = fmt.Sprintf("%d. ", number)
			number++
		}
		inner := trimBlank(m.blocks(item, width-len([]rune(mark))))
		for i, line := range inner {
			switch {
			case i == 0:
				line = m.th.accent.Render(mark) + line
			case line != "":
				line = strings.Repeat(" ", len([]rune(mark))) + line
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// codeBlock keeps the code's own lines; what is too long goes on below.
func (m markdown) codeBlock(node ast.Node, width int) []string {
	var lines []string
	for i := range node.Lines().Len() {
		segment := node.Lines().At(i)
		code := strings.TrimRight(string(segment.Value(m.source)), "\n")
		lines = append(lines, wrap(m.th.code.Render(code), width-2)...)
	}
	return indent(lines, 2)
}

// inline renders what stands inside a paragraph or a heading.
func (m markdown) inline(parent ast.Node) string {
	var out strings.Builder
	for node := parent.FirstChild(); node != nil; node = node.NextSibling() {
		switch node := node.(type) {
		case *ast.Text:
			out.Write(node.Segment.Value(m.source))
			switch {
			case node.HardLineBreak():
				out.WriteByte('\n')
			case node.SoftLineBreak():
				out.WriteByte(' ')
			}
		case *ast.String:
			out.Write(node.Value)
		case *ast.CodeSpan:
			out.WriteString(m.th.code.Render(m.inline(node)))
		case *ast.Emphasis:
			out.WriteString(m.th.strong.Render(m.inline(node)))
		case *ast.AutoLink:
			out.WriteString(m.th.code.Render(string(node.URL(m.source))))
		case *ast.Link:
			out.WriteString(m.inline(node) + " (" + m.th.code.Render(string(node.Destination)) + ")")
		default:
			out.WriteString(m.inline(node))
		}
	}
	return out.String()
}

// trimBlank drops the empty lines at the end.
func trimBlank(lines []string) []string {
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}
