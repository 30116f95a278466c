package aws

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyturn/steps"
)

func TestParseInvokers(t *testing.T) {
	t.Parallel()
	const statement = `{"Effect":"Allow","Principal":{"Service":"secretsmanager.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn"`
	for name, test := range map[string]struct {
		policy string
		want   []steps.Invoker
	}{
		"as AddPermission writes it": {`{"Statement":[` + statement + `}]}`, []steps.Invoker{{Service: "secretsmanager.amazonaws.com"}}},
		"for an account and a secret": {
			`{"Statement":[` + statement + `,"Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},"ArnLike":{"AWS:SourceArn":"arn:aws:secretsmanager:*:*:secret:x*"}}}]}`,
			[]steps.Invoker{{Service: "secretsmanager.amazonaws.com", Accounts: []string{"123456789012"}, Sources: []string{"arn:aws:secretsmanager:*:*:secret:x*"}}},
		},
		"lists":           {`{"Statement":[{"Effect":"Allow","Principal":{"Service":["a.com","b.com"]},"Action":["lambda:GetFunction","lambda:*"]}]}`, []steps.Invoker{{Service: "a.com"}, {Service: "b.com"}}},
		"everybody":       {`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction"}]}`, []steps.Invoker{{Service: "*"}}},
		"all of AWS":      {`{"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"*"}]}`, []steps.Invoker{{Service: "*"}}},
		"another action":  {`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"lambda:GetFunction"}]}`, nil},
		"a denial":        {`{"Statement":[{"Effect":"Deny","Principal":"*","Action":"lambda:InvokeFunction"}]}`, nil},
		"another account": {`{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1:root"},"Action":"lambda:InvokeFunction"}]}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := parseInvokers(test.policy)
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("(-want +got), error %v:\n%s", err, diff)
			}
		})
	}
	if _, err := parseInvokers("{"); err == nil {
		t.Error("a policy that is no JSON was read")
	}
}
