package secrets

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"keyturn/aws/sandbox/wire"
	"keyturn/steps"
)

// arnSuffix is the hyphen and six characters that Secrets Manager appends to
// the name in an ARN.
var arnSuffix = steps.NewPattern(`-[A-Za-z0-9]{6}$`)

// findSecret finds the secret of a request if the caller may take the action
// ("GetSecretValue") on it. The id is a name, an ARN, or an ARN without its
// suffix. It deletes a secret whose recovery window has ended.
func (s *Service) findSecret(ctx context.Context, action string, id *string) (*secret, error) {
	if err := checkSecretID(id); err != nil {
		return nil, err
	}
	sec := s.lookup(*id)
	if sec != nil && sec.isDeleted(s.now()) {
		s.remove(sec)
		sec = nil
	}
	if err := s.authorize(ctx, action, *id, sec); err != nil {
		return nil, err
	}
	if sec == nil {
		return nil, errNotFound()
	}
	return sec, nil
}

// findActiveSecret is findSecret for the actions that fail on a secret in its
// recovery window.
func (s *Service) findActiveSecret(ctx context.Context, action string, id *string) (*secret, error) {
	sec, err := s.findSecret(ctx, action, id)
	if err != nil {
		return nil, err
	}
	if sec.scheduledForDeletion() {
		return nil, errMarkedForDeletion()
	}
	return sec, nil
}

// lookup takes the same time for any number of secrets. A partial ARN that ends in
// a hyphen and six characters counts as a full one and so finds nothing. AWS's
// user guide warns of such names ("Finding a secret from a partial ARN").
func (s *Service) lookup(id string) *secret {
	if !strings.HasPrefix(id, "arn:") {
		return s.byName[id]
	}
	if sec := s.byARN[id]; sec != nil {
		return sec
	}
	name, ok := strings.CutPrefix(id, s.cloud.ARN("secretsmanager", "secret:"))
	if !ok || arnSuffix.MatchString(name) {
		return nil
	}
	return s.byName[name]
}

// add stores a new secret; it must have the highest number so far.
func (s *Service) add(sec *secret) {
	s.byName[sec.name] = sec
	s.byARN[sec.arn] = sec
	s.inOrder = append(s.inOrder, sec)
}

func (s *Service) remove(sec *secret) {
	delete(s.byName, sec.name)
	delete(s.byARN, sec.arn)
	if i, found := s.position(sec.sequence); found {
		s.inOrder = slices.Delete(s.inOrder, i, i+1)
	}
}

// position returns the index in order of the secret with a number, or where it
// would be.
func (s *Service) position(number int64) (i int, found bool) {
	return slices.BinarySearchFunc(s.inOrder, number, func(sec *secret, number int64) int { return cmp.Compare(sec.sequence, number) })
}

// authorize enforces the permissions that the published template grants the
// rotation function's role: GetRandomPassword, and four actions on the secrets
// that this function rotates (condition
// secretsmanager:resource/AllowRotationLambdaArn). Every other caller is the
// account itself and may do everything that the secret's resource policy does not
// deny.
func (s *Service) authorize(ctx context.Context, action, id string, sec *secret) error {
	caller := wire.CallerFrom(ctx)
	if sec != nil && sec.policy.denies(caller, action, sec.arn) {
		return wire.Errorf(codeAccessDenied, "User: %s is not authorized to perform: secretsmanager:%s on resource: %s with an explicit deny in a resource-based policy",
			caller.ARN, action, sec.arn)
	}
	function, ok := sessionName(caller.ARN)
	if !ok {
		return nil
	}
	resource := id
	if sec != nil {
		resource = sec.arn
	}
	switch action {
	case "GetRandomPassword":
		return nil
	case "DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage":
		if sec != nil && sec.rotation.functionARN != "" && functionName(sec.rotation.functionARN) == function {
			return nil
		}
	}
	return wire.Errorf(codeAccessDenied,
		"User: %s is not authorized to perform: secretsmanager:%s on resource: %s because no identity-based policy allows the secretsmanager:%s action",
		caller.ARN, action, resource, action)
}

// sessionName returns the session name in an assumed role's ARN. Lambda uses the
// function's name.
func sessionName(callerARN string) (string, bool) {
	_, role, ok := strings.Cut(callerARN, ":assumed-role/")
	if !ok {
		return "", false
	}
	_, session, ok := strings.Cut(role, "/")
	return session, ok
}

// functionName returns the name in a function's ARN, with or without a qualifier.
func functionName(arn string) string {
	parts := strings.Split(arn, ":")
	if len(parts) < 7 {
		return arn
	}
	return parts[6]
}
