package diff

import (
	"slices"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// inStatement is the part of a policy that contains a field.
type inStatement struct {
	effect string // of the statement; empty for the list of statements
	part   string // Action, Resource, Condition …
}

// widened reports whether the change of the field lets the policy allow more.
// Undecidable cases count as more.
func (s inStatement) widened(f Field) bool {
	if s.effect == "" {
		return hasEffect(f.Added, "Allow") || hasEffect(f.Removed, "Deny")
	}
	allows := s.effect == "Allow"
	switch s.part {
	case "Sid":
		return false
	case "Action", "Resource", "Principal":
		return more(f, allows)
	case "NotAction", "NotResource", "NotPrincipal":
		return more(f, !allows)
	case "Condition":
		// Under Allow a removed condition or an added value allows more; under Deny an added
		// condition does, and a removed value may.
		if f.Added != nil || f.Removed != nil {
			return more(f, allows)
		}
		if allows {
			return f.Old != nil
		}
		return f.New != nil
	}
	return true
}

func hasEffect(statements []any, effect string) bool {
	return slices.ContainsFunc(statements, func(s any) bool { return fieldpath.At(s, "Effect") == effect })
}

// more reports whether elements were added or, if fewer elements allow more, removed.
func more(f Field, coming bool) bool {
	came := len(f.Added) > 0 || f.New != nil
	went := len(f.Removed) > 0 || f.Old != nil
	return coming && came || !coming && went
}
