package secrets

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"keyturn/aws/sandbox/wire"
)

// policyOf returns a policy of one statement with these members.
func policyOf(members string) string {
	return `{"Version": "2012-10-17", "Statement": [{` + members + `}]}`
}

const (
	rootMayRead     = `"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "secretsmanager:GetSecretValue", "Resource": "*"`
	everyoneMayRead = `"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"`
)

func contextAs(b *fixture, arn string) context.Context {
	return wire.WithCaller(b.ctx, wire.Caller{AccountID: "123456789012", ARN: arn})
}

func TestResourcePolicyIsReturnedUnchanged(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	arn := *b.create("s", "a").ARN
	get := func() *string {
		out := must(b.getResourcePolicy(b.ctx, &secretsmanager.GetResourcePolicyInput{SecretId: ptr("s")}))
		if *out.ARN != arn || *out.Name != "s" {
			t.Errorf("answer is %+v", out)
		}
		return out.ResourcePolicy
	}
	if p := get(); p != nil {
		t.Errorf("a new secret has the policy %s", *p)
	}
	document := policyOf(rootMayRead)
	put := must(b.putResourcePolicy(b.ctx, &secretsmanager.PutResourcePolicyInput{SecretId: ptr("s"), ResourcePolicy: &document}))
	if *put.ARN != arn || *put.Name != "s" {
		t.Errorf("answer is %+v", put)
	}
	if p := get(); p == nil || *p != document {
		t.Errorf("the policy is %v, want %s", p, document)
	}
	for range 2 {
		must(b.deleteResourcePolicy(b.ctx, &secretsmanager.DeleteResourcePolicyInput{SecretId: ptr("s")}))
		if p := get(); p != nil {
			t.Errorf("after its deletion the policy is %s", *p)
		}
	}
}

func TestPutResourcePolicyValidation(t *testing.T) {
	t.Parallel()
	const syntax = "This resource policy contains a syntax error."
	cases := map[string]struct {
		policy     string
		block      bool
		code, text string
	}{
		"one that allows an account":                      {policy: policyOf(rootMayRead), block: true},
		"one without a version, its statement not listed": {policy: `{"Statement": {` + rootMayRead + `}}`},
		"one that allows everyone":                        {policy: policyOf(everyoneMayRead)},
		"not one that allows everyone, if that is blocked": {
			policy: policyOf(everyoneMayRead), block: true, code: codePublicPolicy, text: "You can't attach a resource-based policy that allows broad access to the secret.",
		},
		"one that allows everyone from one VPC, even so": {
			policy: policyOf(everyoneMayRead + `, "Condition": {"StringEquals": {"aws:sourceVpc": "vpc-1"}}`), block: true,
		},
		"one that denies everyone something": {policy: policyOf(`"Effect": "Deny", "Principal": "*", "Action": ["secretsmanager:DeleteSecret"], "Resource": "*"`), block: true},
		"conditions on truth and numbers":    {policy: policyOf(rootMayRead + `, "Condition": {"Bool": {"aws:SecureTransport": true}, "NumericLessThan": {"k": 3}}`)},
		"one for a service":                  {policy: policyOf(strings.Replace(rootMayRead, `"AWS": "arn:aws:iam::123456789012:root"`, `"Service": "rds.amazonaws.com"`, 1))},
		"not one that nobody can change again": {
			policy: policyOf(`"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:*", "Resource": "*"`),
			code:   codeInvalidRequest, text: "Your requested changes will not allow you to manage this secret in the future.",
		},
		"not what is no JSON":               {policy: "some policy", code: codeMalformedPolicy, text: syntax},
		"not JSON with more after it":       {policy: policyOf(rootMayRead) + "}", code: codeMalformedPolicy, text: syntax},
		"not another effect":                {policy: policyOf(strings.Replace(rootMayRead, "Allow", "AllowSomething", 1)), code: codeMalformedPolicy, text: syntax},
		"not another version":               {policy: strings.Replace(policyOf(rootMayRead), "2012", "2019", 1), code: codeMalformedPolicy, text: syntax},
		"not one without statements":        {policy: `{"Version": "2012-10-17"}`, code: codeMalformedPolicy, text: syntax},
		"not an empty list of statements":   {policy: `{"Statement": []}`, code: codeMalformedPolicy, text: syntax},
		"not an unknown member":             {policy: policyOf(rootMayRead + `, "Unknown": "*"`), code: codeMalformedPolicy, text: syntax},
		"not a statement without an action": {policy: policyOf(`"Effect": "Allow", "Principal": "*", "Resource": "*"`), code: codeMalformedPolicy, text: syntax},
		"not a statement about nobody":      {policy: policyOf(`"Effect": "Allow", "Action": "*", "Resource": "*"`), code: codeMalformedPolicy, text: syntax},
		"not a principal that is no ARN":    {policy: policyOf(strings.Replace(rootMayRead, "arn:aws:iam::123456789012:root", "root", 1)), code: codeMalformedPolicy, text: "This resource policy contains an unsupported principal."},
		"not a service that is none":        {policy: policyOf(strings.Replace(rootMayRead, `"AWS": "arn:aws:iam::123456789012:root"`, `"Service": "rds"`, 1)), code: codeMalformedPolicy, text: "This resource policy contains an invalid service principal."},
		"not an empty text":                 {code: codeValidation},
		"not 20,481 characters":             {policy: strings.Repeat(" ", 20481), code: codeValidation},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t)
			b.create("s", "a")
			_, err := b.putResourcePolicy(contextAs(b, "arn:aws:iam::123456789012:user/test"), &secretsmanager.PutResourcePolicyInput{SecretId: ptr("s"), ResourcePolicy: &c.policy, BlockPublicPolicy: &c.block})
			if c.code == "" && err != nil {
				t.Fatal(err)
			}
			if c.code != "" {
				wantError(t, err, c.code, c.text)
			}
			if p := b.byName["s"].policy.text; (p == "") != (c.code != "") {
				t.Errorf("the policy is now %q", p)
			}
		})
	}
}

func TestValidateResourcePolicy(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.create("s", "a")
	for name, c := range map[string]struct {
		id     *string
		policy string
		want   []string
	}{
		"for a secret":             {id: ptr("s"), policy: policyOf(rootMayRead)},
		"for none":                 {policy: policyOf(rootMayRead)},
		"one that allows everyone": {policy: policyOf(everyoneMayRead), want: []string{textPublic}},
		"one that locks out":       {id: ptr("s"), policy: policyOf(`"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"`), want: []string{textLockout}},
	} {
		out := must(b.validateResourcePolicy(b.ctx, &secretsmanager.ValidateResourcePolicyInput{SecretId: c.id, ResourcePolicy: &c.policy}))
		if out.PolicyValidationPassed != (c.want == nil) || len(out.ValidationErrors) != len(c.want) {
			t.Errorf("%s: %+v", name, out)
		}
		for i, e := range out.ValidationErrors {
			if *e.ErrorMessage != c.want[i] {
				t.Errorf("%s: %s", name, *e.ErrorMessage)
			}
		}
	}
	if p := b.byName["s"].policy; p.text != "" {
		t.Errorf("the secret has now the policy %s", p.text)
	}
	_, err := b.validateResourcePolicy(b.ctx, &secretsmanager.ValidateResourcePolicyInput{SecretId: ptr("none"), ResourcePolicy: ptr(policyOf(rootMayRead))})
	wantError(t, err, codeNotFound, "")
	_, err = b.validateResourcePolicy(b.ctx, &secretsmanager.ValidateResourcePolicyInput{ResourcePolicy: ptr("{")})
	wantError(t, err, codeMalformedPolicy, "")
}

func TestResourcePolicyDenials(t *testing.T) {
	t.Parallel()
	const (
		user    = "arn:aws:iam::123456789012:user/test"
		session = "arn:aws:sts::123456789012:assumed-role/reader/session"
	)
	cases := map[string]struct {
		principal, action, resource, more string
		caller                            string
		denied                            bool
	}{
		"everyone":                  {principal: `"Principal": "*"`, caller: user, denied: true},
		"a user by name":            {principal: `"Principal": {"AWS": "` + user + `"}`, caller: user, denied: true},
		"another user":              {principal: `"Principal": {"AWS": "` + user + `2"}`, caller: user},
		"the account":               {principal: `"Principal": {"AWS": "123456789012"}`, caller: user, denied: true},
		"the account's root":        {principal: `"Principal": {"AWS": "arn:aws:iam::123456789012:root"}`, caller: session, denied: true},
		"a session by its role":     {principal: `"Principal": {"AWS": "arn:aws:iam::123456789012:role/reader"}`, caller: session, denied: true},
		"everyone but a user":       {principal: `"NotPrincipal": {"AWS": "` + user + `"}`, caller: session, denied: true},
		"not the excepted user":     {principal: `"NotPrincipal": {"AWS": "` + user + `"}`, caller: user},
		"not a service":             {principal: `"Principal": {"Service": "rds.amazonaws.com"}`, caller: user},
		"an action in any case":     {action: `"Action": "SecretsManager:getsecret*"`, caller: user, denied: true},
		"another action":            {action: `"Action": "secretsmanager:PutSecretValue"`, caller: user},
		"all actions but one":       {action: `"NotAction": ["secretsmanager:PutResourcePolicy"]`, caller: user, denied: true},
		"not the excepted action":   {action: `"NotAction": ["secretsmanager:Get*", "secretsmanager:PutResourcePolicy"]`, caller: user},
		"the secret by a pattern":   {resource: `"Resource": "arn:aws:secretsmanager:*:*:secret:app/s-??????"`, caller: user, denied: true},
		"another secret":            {resource: `"Resource": "arn:aws:secretsmanager:*:*:secret:app/t-??????"`, caller: user},
		"a condition is not judged": {more: `, "Condition": {"Bool": {"aws:SecureTransport": "false"}}`, caller: user},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t)
			b.create("app/s", "a")
			for into, usual := range map[*string]string{&c.principal: `"Principal": "*"`, &c.action: `"Action": "secretsmanager:GetSecretValue"`, &c.resource: `"Resource": "*"`} {
				if *into == "" {
					*into = usual
				}
			}
			document := policyOf(fmt.Sprintf(`"Effect": "Deny", %s, %s, %s%s`, c.principal, c.action, c.resource, c.more))
			must(b.putResourcePolicy(contextAs(b, "arn:aws:iam::999999999999:user/other"), &secretsmanager.PutResourcePolicyInput{SecretId: ptr("app/s"), ResourcePolicy: &document}))
			sec := b.byName["app/s"]
			if got := sec.policy.denies(wire.CallerFrom(contextAs(b, c.caller)), "GetSecretValue", sec.arn); got != c.denied {
				t.Errorf("denied is %v, want %v", got, c.denied)
			}
			if _, err := b.getSecretValue(contextAs(b, c.caller), &secretsmanager.GetSecretValueInput{SecretId: ptr("app/s")}); c.denied {
				wantError(t, err, codeAccessDenied, fmt.Sprintf("User: %s is not authorized to perform: secretsmanager:GetSecretValue on resource: %s with an explicit deny in a resource-based policy", c.caller, sec.arn))
			}
		})
	}
}

func TestReplicationIsRejected(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.create("s", "a")
	for _, region := range []string{"us-east-1", "eu-west-1"} {
		_, err := b.replicateSecretToRegions(b.ctx, &secretsmanager.ReplicateSecretToRegionsInput{SecretId: ptr("s"), AddReplicaRegions: []types.ReplicaRegionType{{Region: &region}}})
		wantError(t, err, codeInvalidParameter, "Invalid replica region.")
	}
	out := must(b.removeRegionsFromReplication(b.ctx, &secretsmanager.RemoveRegionsFromReplicationInput{SecretId: ptr("s"), RemoveReplicaRegions: []string{"eu-west-1"}}))
	if out.ARN == nil || len(out.ReplicationStatus) != 0 {
		t.Errorf("answer is %+v", out)
	}
}
