package ui

import (
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"keyturn/steps"
)

// phaseNames are the rotation function's four calls, as short as the picture
// needs them.
var phaseNames = []struct {
	phase steps.RotationPhase
	name  string
}{
	{steps.PhaseCreate, "create"},
	{steps.PhaseSet, "set"},
	{steps.PhaseTest, "test"},
	{steps.PhaseFinish, "finish"},
}

// rotationPicture draws the secret's versions side by side with the staging
// labels they carry now, and how far the function has come. A version keeps
// its column: what moves is the label.
func rotationPicture(moved steps.RotationMoved, width int, th theme, spinner string) []string {
	versions := moved.Versions
	if len(versions) == 0 {
		return nil
	}
	versions = versions[max(len(versions)-2, 0):]
	column := min((width-2)/len(versions), 36)
	blocks := make([]string, 0, len(versions))
	for _, v := range versions {
		lines := []string{"version " + th.code.Render(steps.ShortVersion(v.ID)+"…")}
		for _, label := range v.Labels {
			lines = append(lines, labelStyle(label, th).Render(label))
		}
		if len(v.Labels) == 0 {
			lines = append(lines, th.faint.Render("no label"))
		}
		if v.Fingerprint != "" {
			lines = append(lines, "fingerprint "+th.code.Render(v.Fingerprint))
		}
		for i := range lines {
			lines[i] = pad(truncate(lines[i], column-1), column)
		}
		blocks = append(blocks, strings.Join(lines, "\n"))
	}
	picture := strings.Split(lipgloss.JoinHorizontal(lipgloss.Top, blocks...), "\n")
	return append(indent(picture, 2), "", phases(moved.Completed, width, th, spinner))
}

func labelStyle(label string, th theme) style {
	switch label {
	case "AWSCURRENT":
		return th.good.bold()
	case "AWSPENDING":
		return th.warn.bold()
	}
	return th.strong
}

// phases is the row of the function's four calls.
func phases(completed []steps.RotationPhase, width int, th theme, spinner string) string {
	link := " ── "
	if width < 70 {
		link = " ─ "
	}
	parts := make([]string, 0, len(phaseNames))
	reached := true
	for _, p := range phaseNames {
		sign := th.faint.Render(signAhead)
		switch {
		case slices.Contains(completed, p.phase):
			sign = th.good.Render(signDone)
		case reached:
			sign = th.accent.Render(spinner)
			reached = false
		}
		parts = append(parts, p.name+" "+sign)
	}
	return truncate("  "+strings.Join(parts, th.faint.Render(link)), width)
}
