package rotation

import (
	"strings"
	"testing"

	"keyturn/steps"
)

func TestSecretJSONIsAsDocumented(t *testing.T) {
	t.Parallel()
	db := steps.DBInstance{ID: "mydb", Host: "mydb.example", Port: 3307}
	text, err := newSecretJSON(db, "adminuser", steps.NewPassword(`<&>'\u00e4`)).encode()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"username":"adminuser","password":"<&>'\\u00e4","engine":"mysql","host":"mydb.example","port":3307,"dbInstanceIdentifier":"mydb"}`
	if text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	c, err := parseCredentials(steps.NewPassword(text))
	if err != nil || c.Host != "mydb.example" || c.Port != 3307 || c.Username != "adminuser" || c.Password.Reveal() != `<&>'\u00e4` {
		t.Errorf("read back %+v, %v", c, err)
	}
}

func TestParseCredentialsIsLenient(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		port int
		err  string
	}{
		"a port that is a text":  {`{"username":"u","password":"canary","engine":"mysql","host":"h","port":"3310"}`, 3310, ""},
		"no port":                {`{"username":"u","password":"canary","engine":"mysql","host":"h"}`, 3306, ""},
		"keys of its own":        {`{"username":"u","password":"canary","engine":"mysql","host":"h","ssl":true,"dbname":"x"}`, 3306, ""},
		"no host":                {`{"username":"u","password":"canary","engine":"mysql"}`, 0, `"host"`},
		"no password":            {`{"username":"u","engine":"mysql","host":"h"}`, 0, `"password"`},
		"a port that is no port": {`{"username":"u","password":"canary","engine":"mysql","host":"h","port":"canary"}`, 0, "port"},
		"no JSON":                {`canary`, 0, "JSON"},
		"a list":                 {`["canary"]`, 0, "JSON"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := parseCredentials(steps.NewPassword(test.text))
			switch {
			case test.err == "" && (err != nil || c.Port != test.port):
				t.Errorf("port %d, error %v", c.Port, err)
			case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
				t.Errorf("error %v", err)
			case err != nil && strings.Contains(err.Error(), "canary"):
				t.Errorf("the error holds the value: %v", err)
			}
		})
	}
}
