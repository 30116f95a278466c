package sandbox

import (
	"bufio"
	"context"
	"errors"
	"os"
	"strconv"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/ast"

	"keyturn/db/sandbox/mysqlerr"
)

// Why a statement ends before its time.
var (
	errKilled     = errors.New("killed")
	errTimeLimit  = errors.New("max_execution_time passed")
	errClientGone = errors.New("the client has left")
)

// watchAfter is how long a statement runs before somebody looks whether its
// client is still there: most statements are done by then.
const watchAfter = 100 * time.Millisecond

// interruptibly carries a statement out until it is done, killed, out of time,
// or without a client to answer.
func (se *session) interruptibly(n ast.StmtNode) (*outcome, error) {
	session := se.ctx
	ctx, stop := context.WithCancelCause(session)
	se.ctx = ctx
	se.stop.Store(&stop)
	defer func() {
		se.stop.Store(nil)
		se.ctx = session
		stop(nil)
	}()
	if limit := se.timeLimit(n); limit > 0 {
		timer := time.AfterFunc(limit, func() { stop(errTimeLimit) })
		defer timer.Stop()
	}
	defer se.watchClient(stop)()
	o, err := se.carryOut(n)
	if err != nil && ctx.Err() != nil {
		return nil, interrupted(context.Cause(ctx))
	}
	return o, err
}

func interrupted(cause error) error {
	if errors.Is(cause, errTimeLimit) {
		const queryTimeout = 3024
		return mysql.NewError(queryTimeout, "Query execution was interrupted, maximum statement execution time exceeded")
	}
	return mysqlerr.New(mysql.ER_QUERY_INTERRUPTED)
}

// timeLimit is how long a SELECT may take: as its hint MAX_EXECUTION_TIME says,
// or max_execution_time, both in milliseconds; 0 is for ever.
// https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_max_execution_time
func (se *session) timeLimit(n ast.StmtNode) time.Duration {
	query, ok := n.(*ast.SelectStmt)
	if !ok {
		return 0
	}
	for _, hint := range query.TableHints {
		if ms, ok := hint.HintData.(uint64); ok && hint.HintName.L == "max_execution_time" {
			return time.Duration(ms) * time.Millisecond
		}
	}
	value, _ := se.systemValue("max_execution_time")
	ms, err := strconv.ParseUint(value, 10, 32)
	if err != nil {
		return 0
	}
	return time.Duration(ms) * time.Millisecond
}

// watchClient stops the statement when its client closes the connection; what
// the client sends meanwhile waits its turn. done ends the watch.
func (se *session) watchClient(stop context.CancelCauseFunc) (done func()) {
	link, ok := se.conn.Conn.Conn.(*buffered)
	if !ok {
		return func() {}
	}
	watched := make(chan struct{})
	timer := time.AfterFunc(watchAfter, func() {
		defer close(watched)
		for {
			_, err := link.r.Peek(link.r.Buffered() + 1)
			switch {
			case err == nil:
			case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, bufio.ErrBufferFull):
				return
			default:
				stop(errClientGone)
				return
			}
		}
	})
	return func() {
		if timer.Stop() {
			return
		}
		_ = link.SetReadDeadline(time.Unix(1, 0)) // long past: the watch ends at once
		<-watched
		_ = link.SetReadDeadline(time.Time{})
	}
}

// kill ends another session, or only the statement that it runs: one's own, or
// anybody's for those who may administer connections.
func (se *session) kill(id uint64, onlyQuery bool) error {
	se.server.mu.Lock()
	other, ok := se.server.sessions[uint32(id)]
	se.server.mu.Unlock()
	if !ok || id > 1<<32-1 {
		return mysqlerr.New(mysql.ER_NO_SUCH_THREAD, id)
	}
	if other.account.Name != se.account.Name && !se.holds("CONNECTION_ADMIN", "", "") && !se.holds("SUPER", "", "") {
		return mysqlerr.New(mysql.ER_KILL_DENIED_ERROR, id)
	}
	if stop := other.stop.Load(); stop != nil {
		(*stop)(errKilled)
	}
	if !onlyQuery {
		other.cancel()
		_ = other.wire.Close()
	}
	return nil
}
