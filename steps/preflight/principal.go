package preflight

import (
	"context"
	"errors"
	"strings"

	"keyturn/steps"
)

// principalOf turns the caller into what IAM can simulate, a user or a role;
// "" with the reason where there is none. A session's ARN names its role
// without the path, which roles of IAM Identity Center have: iam:GetRole tells
// it. Where that is denied, the role is tried as one without a path.
func principalOf(ctx context.Context, path steps.PermissionScope, permissions steps.Permissions) (arn, why string) {
	caller := path.Account.Caller
	parts := strings.SplitN(caller, ":", 6) // arn:partition:service::account:resource
	if len(parts) < 6 {
		return "", "It cannot be simulated: who calls is not known by an ARN."
	}
	kind, rest, _ := strings.Cut(parts[5], "/")
	switch kind {
	case "user", "role":
		return caller, ""
	case "root":
		return "", "It cannot be simulated: you are the account's root user, whom only a policy of the organization limits. " +
			"AWS advises against working as root."
	case "assumed-role":
		name, _, _ := strings.Cut(rest, "/")
		arn, err := permissions.RoleARN(ctx, name)
		switch {
		case err == nil:
			return arn, ""
		case errors.Is(err, steps.ErrAccessDenied):
			return path.IAMARN("role/" + name), ""
		}
		return "", "It cannot be simulated: the role " + name + " could not be looked up."
	}
	return "", "It cannot be simulated: IAM simulates users and roles, not " + kind + "."
}
