package sandbox

import "net"

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
