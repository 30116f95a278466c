package steps

import "fmt"

// Result is what a step left, for the person to read. Its proof is not here:
// that is the step's checks, which were reported while it ran. A result screen
// shows those first, then what is here, and repeats nothing.
type Result struct {
	// Facts say what exists now and what comes, in that order.
	Facts []Fact
	// Passwords are those that the proof is about. They are shown covered until
	// the person asks to see them.
	Passwords []NamedPassword
	// Connection is how to sign in to the database; nil where the step has not
	// shown that somebody can.
	Connection *Connection
}

// Fact is one line of a result: a label of a few words and its value. A value
// may be a long identifier, which is cut in its middle where it does not fit.
type Fact struct{ Label, Value string }

// NamedPassword is a password with what it is: "Password before".
type NamedPassword struct {
	Label    string
	Password Password
}

// Connection is what a MySQL client asks for, but for the password. Name is
// what the tutorial calls the connection in MySQL Workbench.
type Connection struct {
	Name string
	Host string
	Port int
	User string
}

// ShellCommand signs in with the mysql client, which prompts for the password:
// every user of the machine can see one on a command line.
func (c Connection) ShellCommand() string {
	return fmt.Sprintf("mysql --host=%s --port=%d --user=%s --ssl-mode=REQUIRED --password", c.Host, c.Port, c.User)
}

// Connection is how to sign in to the run's database; nil as long as no step
// has remembered one.
func (r *Run) Connection() *Connection {
	if c := Recall[Connection](r); c.Host != "" {
		return &c
	}
	return nil
}
