package steps

import "embed"

//go:embed lessons/*.md
var lessons embed.FS

// All returns the six steps in the tutorial's order.
func All() []Step {
	return []Step{databaseStep{}, secretStep{}, validateStep{}, rotateStep{}, verifyStep{}, cleanupStep{}}
}

// Find returns the step of an id, which must be one of the six.
func Find(id StepID) Step {
	for _, s := range All() {
		if s.ID() == id {
			return s
		}
	}
	panic("steps: no step " + string(id))
}

// lesson returns the embedded explanation of a step.
func lesson(id StepID) string {
	text, err := lessons.ReadFile("lessons/" + string(id) + ".md")
	if err != nil {
		panic(err) // a file of this package is missing from the build
	}
	return string(text)
}
