package secrets

import (
	"fmt"

	"github.com/google/uuid"
)

// Fill adds n secrets of fifty teams, each with one version.
func (s *Service) Fill(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, now := `{"engine":"mysql"}`, s.now()
	for i := range n {
		name := fmt.Sprintf("team-%02d/app-%06d/db", i%50, i)
		token := uuid.NewString()
		s.secretCount++
		s.add(&secret{
			arn: s.newARN(name), name: name, sequence: s.secretCount, createToken: token, created: now, changed: now,
			versions: []*version{{id: token, created: now, value: value{text: &text}}},
			labels:   map[string]string{current: token},
		})
	}
}
