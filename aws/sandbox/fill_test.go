package sandbox_test

import (
	"testing"
	"time"

	"keyturn/aws"
	"keyturn/aws/sandbox"
	"keyturn/aws/sandbox/cloud"
	"keyturn/steps"
)

// filled is a sandbox with so much in it, and its clients.
func filled(t *testing.T, secrets, instances int) steps.Services {
	t.Helper()
	served, err := sandbox.Start(t.Context(), sandbox.Options{Pace: cloud.Instant})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = served.Close() })
	served.Fill(secrets, instances)
	session, err := aws.Open(t.Context(), aws.Options{
		Region: served.Region, Endpoint: served.URL(), AccessKeyID: served.AccessKeyID, SecretAccessKey: served.SecretAccessKey,
	})
	if err != nil {
		t.Fatal(err)
	}
	return session.Services()
}

func TestFullAccountIsListedPageByPage(t *testing.T) {
	t.Parallel()
	secrets, instances := 100_000, 5_000
	if testing.Short() {
		secrets, instances = 1_000, 500
	}
	s := filled(t, secrets, instances)

	seen := map[string]bool{}
	began := time.Now()
	for marker := ""; ; {
		page, next, err := s.Databases.DBInstancesPage(t.Context(), marker)
		if err != nil {
			t.Fatal(err)
		}
		for _, db := range page {
			seen[db.ID] = true
		}
		if marker = next; marker == "" {
			break
		}
		if len(page) != 100 {
			t.Fatalf("a page of %d instances", len(page))
		}
	}
	if len(seen) != instances {
		t.Errorf("%d instances were listed", len(seen))
	}
	t.Logf("%d instances in %s", instances, time.Since(began))

	began = time.Now()
	count, pages := 0, 0
	for token := ""; ; {
		page, next, err := s.Secrets.SecretsPage(t.Context(), "", token)
		if err != nil {
			t.Fatal(err)
		}
		count, pages = count+len(page), pages+1
		if token = next; token == "" {
			break
		}
	}
	if count != secrets || pages != secrets/100 {
		t.Errorf("%d secrets on %d pages", count, pages)
	}
	t.Logf("%d secrets in %s", secrets, time.Since(began))

	page, next, err := s.Secrets.SecretsPage(t.Context(), "team-49/", "")
	const teams = 50 // among which the secrets are divided
	if err != nil || len(page) != min(secrets/teams, 100) || (next != "") != (secrets/teams > 100) {
		t.Errorf("%d of a team, next %q, %v", len(page), next, err)
	}
}
