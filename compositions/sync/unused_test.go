package sync

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func composition(name, kind string, children ...string) Object {
	var bases []any
	for _, child := range children {
		bases = append(bases, Object{"base": Object{"spec": Object{"crossplane": Object{"compositionRef": Object{"name": child}}}}})
	}
	return Object{
		"metadata": Object{"name": name},
		"spec":     Object{"compositeTypeRef": Object{"apiVersion": kind}, "pipeline": []any{Object{"input": Object{"resources": bases}}}},
	}
}

func composite(composition, revision string) Object {
	crossplane := Object{"compositionRef": Object{"name": composition}}
	if revision != "" {
		crossplane["compositionRevisionRef"] = Object{"name": revision}
	}
	return Object{"spec": Object{"crossplane": crossplane}}
}

func TestACompositionIsUnusedWhenNothingLeadsToIt(t *testing.T) {
	const ours = "dominoc.dev/v1alpha1"
	inCluster := []Object{
		composition("environment-old", ours, "network-old"),
		composition("network-old", ours),
		composition("environment-new", ours, "network-new"),
		composition("network-new", ours),
		composition("environment-left", ours, "network-left"),
		composition("network-left", ours),
		composition("foreign", "example.com/v1"),
	}
	written := func(names ...string) func(string) bool {
		return func(name string) bool {
			for _, n := range names {
				if n == name {
					return true
				}
			}
			return false
		}
	}
	for name, c := range map[string]struct {
		composites []Object
		output     func(string) bool
		want       []string
	}{
		"AnXRKeepsItsCompositionAndThoseOfItsChildren": {
			[]Object{composite("environment-old", "")}, written("environment-new", "network-new"),
			[]string{"environment-left", "network-left"},
		},
		"ARevisionThatStillRunsKeepsItsComposition": {
			[]Object{composite("environment-new", "environment-old-1a2b3c4")}, written(),
			[]string{"environment-left", "network-left"},
		},
		"WhatTheOutputHasStaysThoughNothingNamesItYet": {
			nil, written("environment-new", "network-new"),
			[]string{"environment-old", "network-old", "environment-left", "network-left"},
		},
		"AForeignCompositionIsNotOurs": {
			nil, written("environment-old", "environment-new", "environment-left"),
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, o := range Unused(inCluster, c.composites, c.output) {
				got = append(got, o["metadata"].(Object)["name"].(string))
			}
			require.Equal(t, c.want, got)
		})
	}
}
