package sandbox

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser"
	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/test_driver" // the parser's literals

	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/translate"
)

// statement is one parsed statement with the values of its parameters.
type statement struct {
	node   ast.StmtNode
	text   string
	params int
	args   []any
}

// parse reads one or more statements.
func (se *session) parse(query string) (statements []*statement, err error) {
	defer func() {
		if recover() != nil { // the grammar's actions can fail on text that is no SQL at all
			err = syntaxError(query, 1)
		}
	}()
	nodes, _, err := se.parser.ParseSQL(query)
	if err != nil && describesLike().MatchString(query) {
		nodes, _, err = se.parser.ParseSQL(describesLike().ReplaceAllString(query, "SHOW COLUMNS FROM $1 LIKE $2"))
	}
	if err != nil {
		if what, ok := beyondGrammar(query); ok {
			return nil, mysqlerr.Beyond(what)
		}
		return nil, translateSyntaxError(err, query)
	}
	if len(nodes) == 0 {
		return nil, mysqlerr.New(mysql.ER_EMPTY_QUERY)
	}
	for _, n := range nodes {
		statements = append(statements, &statement{node: n, text: strings.TrimSpace(n.Text()), params: numberMarkers(n)})
	}
	return statements, nil
}

// parseOne reads the text of a prepared statement.
func (se *session) parseOne(query string) (*statement, error) {
	statements, err := se.parse(query)
	if err != nil {
		return nil, err
	}
	if len(statements) != 1 {
		return nil, syntaxError(statements[1].text, 1)
	}
	return statements[0], nil
}

// numberMarkers gives the parameters of a statement their order in the text,
// which is not always that of the tree, and tells how many there are.
func numberMarkers(n ast.Node) int {
	var found []*test_driver.ParamMarkerExpr
	translate.Each(n, func(n ast.Node) bool {
		if p, ok := n.(*test_driver.ParamMarkerExpr); ok {
			found = append(found, p)
		}
		return true
	})
	slices.SortFunc(found, func(a, b *test_driver.ParamMarkerExpr) int { return a.Offset - b.Offset })
	for i, p := range found {
		p.SetOrder(i)
	}
	return len(found)
}

// near is how the grammar says where it stopped.
var near = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?s)^line (\d+) column \d+ near "(.*)"`)
})

func translateSyntaxError(err error, query string) error {
	found := near().FindStringSubmatch(err.Error())
	if found == nil {
		return syntaxError(query, 1)
	}
	line, convErr := strconv.Atoi(found[1])
	if convErr != nil {
		line = 1
	}
	return syntaxError(found[2], line)
}

// syntaxError is error 1064 with the text from where it went wrong.
func syntaxError(rest string, line int) error {
	return mysql.NewError(mysql.ER_PARSE_ERROR, fmt.Sprintf("You have an error in your SQL syntax; check the manual "+
		"that corresponds to your MySQL server version for the right syntax to use near '%.80s' at line %d",
		strings.TrimSpace(rest), line))
}

// outsideGrammar are statements of MySQL that the grammar does not know, by
// the words they begin with.
var outsideGrammar = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^((?:create|alter|drop)(?: definer .*?)?(?: or replace)?(?: if (?:not )?exists)? ` +
		`(?:trigger|function|procedure|event|server|tablespace|logfile group|spatial reference system)|handler|xa|install|uninstall|` +
		`change replication|start replica|stop replica|reset replica|start group_replication|lock instance|unlock instance|` +
		`load xml|signal|resignal|get diagnostics|get current diagnostics|get stacked diagnostics|help|clone|` +
		`cache index|check table|checksum table|repair table|restart|purge binary logs)\b`)
})

// describesLike is DESCRIBE with a pattern, which the grammar does not know;
// Perl's DBI asks so for a table's columns.
var describesLike = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?is)^\s*(?:describe|desc|explain)\s+(\S+)\s+('(?:[^']|'')*')\s*;?\s*$`)
})

// retained is MySQL 8's second password of an account.
var retained = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(retain current|discard old) password$`)
})

// beyondGrammar tells what a statement that does not parse would have been.
func beyondGrammar(query string) (string, bool) {
	words := strings.ReplaceAll(parser.Normalize(query, "ON"), "`", "")
	if found := outsideGrammar().FindStringSubmatch(words); found != nil {
		return strings.ToUpper(found[1]), true
	}
	if found := retained().FindStringSubmatch(words); found != nil {
		return strings.ToUpper(found[1]) + " PASSWORD", true
	}
	return "", false
}
