package sandbox

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser"
	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/test_driver" // the parser's literals

	"keyturn/db/sandbox/mysqlerr"
	"keyturn/db/sandbox/translate"
	"keyturn/steps"
)

// parse reads one or more statements.
func (se *session) parse(query string) (statements []ast.StmtNode, err error) {
	defer func() {
		if recover() != nil { // the grammar's actions can fail on text that is no SQL at all
			err = syntaxError(query, 1)
		}
	}()
	statements, _, err = se.parser.ParseSQL(query)
	if err != nil && describesLike.MatchString(query) {
		statements, _, err = se.parser.ParseSQL(describesLike.ReplaceAllString(query, "SHOW COLUMNS FROM $1 LIKE $2"))
	}
	if err != nil {
		if what, ok := beyondGrammar(query); ok {
			return nil, mysqlerr.Beyond(what)
		}
		return nil, translateSyntaxError(err, query)
	}
	if len(statements) == 0 {
		return nil, mysqlerr.New(mysql.ER_EMPTY_QUERY)
	}
	return statements, nil
}

// parseOne reads the text of a statement with the values of its parameters.
func (se *session) parseOne(query string, args ...any) (ast.StmtNode, error) {
	statements, err := se.parse(query)
	if err != nil {
		return nil, err
	}
	if len(statements) != 1 {
		return nil, syntaxError(statements[1].Text(), 1)
	}
	for i, p := range parameters(statements[0])[:len(args)] {
		p.ValueExpr = *ast.NewValueExpr(args[i], "", "").(*test_driver.ValueExpr)
	}
	return statements[0], nil
}

// parameters are those of a statement in the order of its text, which is not
// always that of its tree.
func parameters(n ast.Node) []*test_driver.ParamMarkerExpr {
	var found []*test_driver.ParamMarkerExpr
	translate.Each(n, func(n ast.Node) bool {
		if p, ok := n.(*test_driver.ParamMarkerExpr); ok {
			found = append(found, p)
		}
		return true
	})
	slices.SortFunc(found, func(a, b *test_driver.ParamMarkerExpr) int { return a.Offset - b.Offset })
	return found
}

// near is how the grammar says where it stopped.
var near = steps.NewPattern(`(?s)^line (\d+) column \d+ near "(.*)"`)

func translateSyntaxError(err error, query string) error {
	found := near.FindStringSubmatch(err.Error())
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
var outsideGrammar = steps.NewPattern(`^((?:create|alter|drop)(?: definer .*?)?(?: or replace)?(?: if (?:not )?exists)? ` +
	`(?:trigger|function|procedure|event|server|tablespace|logfile group|spatial reference system)|handler|xa|install|uninstall|` +
	`change replication|start replica|stop replica|reset replica|start group_replication|lock instance|unlock instance|` +
	`load xml|signal|resignal|get diagnostics|get current diagnostics|get stacked diagnostics|help|clone|` +
	`cache index|check table|checksum table|repair table|restart|purge binary logs)\b`)

// describesLike is DESCRIBE with a pattern, which the grammar does not know;
// Perl's DBI asks so for a table's columns.
var describesLike = steps.NewPattern(`(?is)^\s*(?:describe|desc|explain)\s+(\S+)\s+('(?:[^']|'')*')\s*;?\s*$`)

// retained is MySQL 8's second password of an account.
var retained = steps.NewPattern(`(retain current|discard old) password$`)

// beyondGrammar tells what a statement that does not parse would have been.
func beyondGrammar(query string) (string, bool) {
	words := strings.ReplaceAll(parser.Normalize(query, "ON"), "`", "")
	if found := outsideGrammar.FindStringSubmatch(words); found != nil {
		return strings.ToUpper(found[1]), true
	}
	if found := retained.FindStringSubmatch(words); found != nil {
		return strings.ToUpper(found[1]) + " PASSWORD", true
	}
	return "", false
}
