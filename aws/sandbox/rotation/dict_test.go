package rotation

import "testing"

func TestDictKeepsTheOrderOfKeys(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ value, want string }{
		"only the password changes":          {`{"z":1,"password":"old","a":{"b": [1,2]},"n":null}`, `{"z": 1, "password": "p<&>'é", "a": {"b": [1,2]}, "n": null}`},
		"a key given twice counts once":      {`{"password":"x","host":"a","host":"b"}`, `{"password": "p<&>'é", "host": "b"}`},
		"a missing password is added at end": {`{"host":"a"}`, `{"host": "a", "password": "p<&>'é"}`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := parseDict(c.value)
			if err != nil {
				t.Fatal(err)
			}
			if got := d.withPassword("p<&>'é").toJSON(); got != c.want {
				t.Errorf("became %s, want %s", got, c.want)
			}
		})
	}
}

func TestParsePort(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		value string
		want  int // 0: an exception
	}{
		"none":                {`{}`, 3306},
		"a number":            {`{"port":3307}`, 3307},
		"a number as text":    {`{"port":" 3308 "}`, 3308},
		"null":                {`{"port":null}`, 0},
		"a text":              {`{"port":"x"}`, 0},
		"an empty text":       {`{"port":""}`, 0},
		"a list":              {`{"port":[3306]}`, 0},
		"a fraction, cut off": {`{"port":3306.9}`, 3306},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := parseDict(c.value)
			if err != nil {
				t.Fatal(err)
			}
			port, err := parsePort(d)
			if (err != nil) != (c.want == 0) || port != c.want {
				t.Errorf("port is %d (%v), want %d", port, err, c.want)
			}
		})
	}
}

func FuzzSecretJSON(f *testing.F) {
	for _, seed := range []string{`{"host":"h","port":"3306","ssl":"TRUE"}`, `[]`, `"x"`, `{"a":{"b":"c"}}`, `{`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := parseDict(text)
		if err != nil {
			return
		}
		again, err := parseDict(d.withPassword(text).toJSON())
		if err != nil || again.text("password") != d.withPassword(text).text("password") {
			t.Fatalf("%q became %q: %v", text, d.toJSON(), err)
		}
		_, _ = parsePort(d)
		sslConfig(d)
		databaseName(d)
	})
}
