package sandbox

import (
	"slices"
	"time"

	"keyturn/aws"
	"keyturn/aws/sandbox/fault"
	"keyturn/aws/sandbox/rds"
	"keyturn/aws/sandbox/wire"
)

// arm prepares what is wrong in the account, and has the server call it; nil
// where nothing is.
func (s *Sandbox) arm(faults []fault.Fault, o *wire.Options) *fault.Injector {
	if len(faults) == 0 {
		return nil
	}
	for _, f := range faults {
		if f.Skew != 0 {
			s.cloud.Now = func() time.Time { return time.Now().Add(f.Skew) }
		}
	}
	s.owner = fault.NewAccount(s.url, s.Region, s.root, s.AccessKeyID, fault.Hands{
		User: userName, Quota: func() { s.Fill(0, rds.InstanceQuota) },
	})
	injector := fault.NewInjector(faults, s.owner, s.cloud.Log)
	o.Before, o.Loses = injector.Before, injector.Loses
	return injector
}

// hasRepository reports whether the region has the Serverless Application
// Repository, on AWS and in this account.
func hasRepository(region string, faults []fault.Fault) bool {
	return aws.HasRepository(region) && !slices.ContainsFunc(faults, func(f fault.Fault) bool { return f.NoRepository })
}
