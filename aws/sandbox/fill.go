package sandbox

// Fill adds so many secrets and DB instances to the account without API calls,
// to test clients that read many pages. The instances have several engines and
// statuses, and no server; RDS's quotas do not count them.
func (s *Sandbox) Fill(secrets, instances int) { s.fill(secrets, instances) }
