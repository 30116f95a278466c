// Package line is the front end for pipes, CI, screen readers and --plain: it
// drives the same walkthrough as the terminal screens and writes one line an
// event, as plain text or as JSON. It never moves the cursor, and knows no step
// by name.
package line
