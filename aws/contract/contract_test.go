package contract_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"keyturn/aws/contract"
)

// signedRequest is a request as a client signs it.
func signedRequest(service, method, path string, header map[string]string, body string) contract.Request {
	u, err := url.Parse("http://127.0.0.1" + path)
	if err != nil {
		panic(err)
	}
	h := http.Header{}
	h.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKID/20261122/us-east-1/"+service+"/aws4_request, SignedHeaders=host, Signature=x")
	for name, value := range header {
		h.Set(name, value)
	}
	return contract.Request{Method: method, URL: u, Header: h, Body: []byte(body)}
}

func secretsRequest(operation, body string) contract.Request {
	return signedRequest("secretsmanager", http.MethodPost, "/", map[string]string{"X-Amz-Target": "secretsmanager." + operation}, body)
}

func formRequest(service, body string) contract.Request {
	return signedRequest(service, http.MethodPost, "/", nil, body)
}

func TestCheck(t *testing.T) {
	t.Parallel()
	models, err := contract.Find()
	if err != nil {
		t.Skip(err)
	}
	for sentence, c := range map[string]struct {
		request contract.Request
		fault   string // "" for a right request
	}{
		"a right one in JSON":            {request: secretsRequest("ListSecrets", `{"MaxResults":100,"Filters":[{"Key":"name","Values":["a"]}]}`)},
		"an operation that is not there": {request: secretsRequest("ListSecret", `{}`), fault: `no operation "ListSecret"`},
		"a member that is not there":     {request: secretsRequest("DescribeSecret", `{"SecretId":"a","Name":"b"}`), fault: `no member "Name"`},
		"a required member is missing":   {request: secretsRequest("DescribeSecret", `{}`), fault: `"SecretId" is required`},
		"a number out of its range":      {request: secretsRequest("ListSecrets", `{"MaxResults":101}`), fault: ".MaxResults: 101"},
		"a text that is too short":       {request: secretsRequest("CreateSecret", `{"Name":"a","ClientRequestToken":"b"}`), fault: ".ClientRequestToken: 1 characters"},
		"a text for a number":            {request: secretsRequest("ListSecrets", `{"MaxResults":[]}`), fault: "no number"},
		"a value that is not listed":     {request: secretsRequest("ListSecrets", `{"Filters":[{"Key":"nam","Values":["a"]}]}`), fault: `.Filters[0].Key: "nam" is none`},
		"a text against its pattern":     {request: secretsRequest("ListSecrets", `{"Filters":[{"Key":"name","Values":["§"]}]}`), fault: ".Values[0]: it does not match"},
		"a body that is no JSON":         {request: secretsRequest("ListSecrets", `MaxResults`), fault: "not JSON"},

		"a right form":                 {request: formRequest("rds", "Action=DescribeDBInstances&Version=2014-10-31&MaxRecords=100&Filters.Filter.1.Name=engine&Filters.Filter.1.Values.Value.1=mysql")},
		"a form's unknown member":      {request: formRequest("rds", "Action=DescribeDBInstances&Version=2014-10-31&Max=1"), fault: `no member "Max"`},
		"a form's wrong list":          {request: formRequest("rds", "Action=DescribeDBInstances&Version=2014-10-31&Filters.member.1.Name=engine"), fault: `no member "Filters.member.1.Name"`},
		"a form's missing member":      {request: formRequest("rds", "Action=DeleteDBInstance&Version=2014-10-31"), fault: `"DBInstanceIdentifier" is required`},
		"a form's text for a number":   {request: formRequest("rds", "Action=DescribeDBInstances&Version=2014-10-31&MaxRecords=many"), fault: ".MaxRecords: it is no number"},
		"a right form of EC2's":        {request: formRequest("ec2", "Action=AuthorizeSecurityGroupIngress&Version=2016-11-15&GroupId=sg-1&IpPermissions.1.FromPort=3306&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0%2F0")},
		"EC2's unknown member":         {request: formRequest("ec2", "Action=AuthorizeSecurityGroupIngress&Version=2016-11-15&GroupID=sg-1"), fault: `no member "GroupID"`},
		"a member newer than Debian's": {request: formRequest("rds", "Action=CreateDBInstance&Version=2014-10-31&DBInstanceIdentifier=a&DBInstanceClass=b&Engine=mysql&EngineLifecycleSupport=c")},

		"a right one in the path":       {request: signedRequest("serverlessrepo", http.MethodGet, "/applications/arn%3Aaws%3Ax", nil, "")},
		"a path without an operation":   {request: signedRequest("serverlessrepo", http.MethodGet, "/application/a", nil, ""), fault: "no operation answers"},
		"a body's unknown member":       {request: signedRequest("serverlessrepo", http.MethodPost, "/applications/a/changesets", nil, `{"stackName":"a","StackName":"b"}`), fault: `no member "StackName"`},
		"a body's missing member":       {request: signedRequest("serverlessrepo", http.MethodPost, "/applications/a/changesets", nil, `{}`), fault: `"StackName" is required`},
		"a query's unknown member":      {request: signedRequest("serverlessrepo", http.MethodGet, "/applications/a?version=1", nil, ""), fault: `no member "version" in its query`},
		"a service that is not there":   {request: signedRequest("nowhere", http.MethodGet, "/", nil, ""), fault: `no service "nowhere"`},
		"a request without a signature": {request: contract.Request{Method: http.MethodGet, URL: &url.URL{Path: "/"}, Header: http.Header{}}, fault: "not signed"},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			faults := models.Check(c.request)
			if c.fault == "" && len(faults) > 0 || c.fault != "" && !strings.Contains(strings.Join(faults, "\n"), c.fault) {
				t.Errorf("faults %q, want %q", faults, c.fault)
			}
		})
	}
}
