package sandbox

import (
	"net"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/google/uuid"
	pm "github.com/pingcap/tidb/pkg/parser/mysql"

	"keyturn/db/sandbox/mysqlerr"
)

func newUUID() string { return uuid.NewString() }

// uptime is in seconds.
func (s *Server) uptime() int64 { return int64(s.now().Sub(s.started).Seconds()) }

func (s *Server) sessionCount() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions)
}

// port is that of a listener, 0 before Serve.
func (s *Server) port() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for l := range s.listeners {
		if a, ok := l.Addr().(*net.TCPAddr); ok {
			return a.Port
		}
	}
	return 0
}

// killSession ends another session: one's own, or anybody's for those who may
// administer connections.
func (se *session) killSession(id uint64) error {
	se.server.mu.Lock()
	other, ok := se.server.sessions[uint32(id)]
	se.server.mu.Unlock()
	if !ok || id > 1<<32-1 {
		return mysqlerr.New(mysql.ER_NO_SUCH_THREAD, id)
	}
	if other.account.Name != se.account.Name {
		admin, _ := se.server.accounts.HoldsDynamic(se.account, "CONNECTION_ADMIN")
		super := se.server.accounts.Holds(se.account, "", "")&pm.SuperPriv != 0
		if !admin && !super {
			return mysqlerr.New(mysql.ER_KILL_DENIED_ERROR, id)
		}
	}
	other.kill()
	return nil
}
