// Package e2e plays sessions of a person with the built program: a
// pseudo-terminal in which keys are pressed and whose screen is read, against
// the sandbox. There is no sleep in it: a session waits for what the screen
// should say.
package e2e
