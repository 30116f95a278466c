package sandbox

// Fill puts so many secrets and DB instances into the account, straight into
// the services' stores: an account of the size at which clients begin to page.
// The instances are of several engines and statuses, and no server runs behind
// them; RDS's quotas do not count them.
func (s *Sandbox) Fill(secrets, instances int) { s.fill(secrets, instances) }
