package rewrite

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/diag"
)

// A case has a file before and after a change. Where the change cannot be made, after is
// the place and the reason.
type example struct {
	name          string
	change        Change
	before, after string
}

func set(path, value string) Change {
	p, ok := diag.ParsePath(path)
	if !ok {
		panic(path)
	}
	if value == "" {
		return Change{Path: p}
	}
	return Change{Path: p, Value: value}
}

// repeat is a pool with the text of another.
func repeat(from, name string) Change {
	return Change{Path: diag.Path{"pools", name}, From: diag.Path{"pools", from}}
}

// types are the instance types of the pool default.
func types(names ...any) Change {
	return Change{Path: diag.Path{"pools", "default", "instanceTypes"}, Value: names}
}

func remove(path string) Change { return set(path, "") }

func run(t *testing.T, file string, examples []example) {
	for _, e := range examples {
		t.Run(e.name, func(t *testing.T) {
			before, after := plain(e.before), plain(e.after)
			got, err := Apply(file, []byte(before), e.change)
			if refusal, ok := err.(*Refusal); ok {
				require.Equal(t, e.after, refusal.Pos.String()+": "+refusal.Reason)
				return
			}
			require.NoError(t, err)
			require.Equal(t, after, string(got))
		})
	}
}

// plain is a text of several lines without the indentation of this file.
func plain(s string) string {
	if !strings.HasPrefix(s, "\n") {
		return s
	}
	var out []string
	for _, line := range strings.Split(s[1:], "\n") {
		out = append(out, strings.TrimPrefix(line, "\t\t\t"))
	}
	return strings.Join(out, "\n")
}

func TestCUE(t *testing.T) {
	run(t, "environment.cue", []example{
		{"APoolIsRepeated", repeat("default", "default-2"), `
			environment: pools: {
				default: {
					size: max: 3 // for now
				}
				platform: {}
			}
			`, `
			environment: pools: {
				default: {
					size: max: 3 // for now
				}
				platform: {}
				"default-2": {
					size: max: 3 // for now
				}
			}
			`},
		{"APoolOfOneLineIsRepeated", repeat("default", "default-2"), `environment: pools: {default: size: max: 3, platform: {}}`, `environment: pools: {default: size: max: 3, platform: {}, "default-2": size: max: 3}`},
		{"APoolAlignedWithOthersIsRepeated", repeat("default", "default-2"), `
			environment: pools: {
				platform: version:       "1.34"
				default: instanceTypeIn: "nodeGroup"
			}
			`, `
			environment: pools: {
				platform: version:       "1.34"
				default: instanceTypeIn: "nodeGroup"
				"default-2": instanceTypeIn: "nodeGroup"
			}
			`},
		{"APoolInTwoParts", repeat("default", "default-2"), `
			environment: pools: default: size: max: 3
			environment: pools: default: disk: sizeGiB: 400
			`, `environment.cue: pools.default is not stated in this file`},
		{"AListIsSet", types("m7i.large", "m7a.large"), `environment: pools: default: instanceTypes: ["m6i.large"]`, `environment: pools: default: instanceTypes: ["m7i.large", "m7a.large"]`},
		{"AListThatIsComputed", types("m7i.large"), `environment: pools: default: instanceTypes: [_small]`, `environment.cue:1:45: pools.default.instanceTypes is computed from something else, not written as a value`},
		{"AValueOfANestedField", set("cluster.version", "1.34"), `
			environment: {
				cluster: {
					version: "1.33" // until spring
					addons: {}
				}
			}
			`, `
			environment: {
				cluster: {
					version: "1.34" // until spring
					addons: {}
				}
			}
			`},
		{"AValueInOneLine", set("cluster.version", "1.34"), `environment: #E & {cluster: version: "1.33", pools: {}}`, `environment: #E & {cluster: version: "1.34", pools: {}}`},
		{"AReference", set("cluster.version", "1.34"), `
			_version: "1.33"
			environment: cluster: version: _version
			`, `environment.cue:2:32: cluster.version is computed from something else, not written as a value`},
		{"ADefault", set("cluster.version", "1.34"), `environment: cluster: version: *"1.33" | string`, `environment.cue:1:32: cluster.version is computed from something else, not written as a value`},
		{"TwoPlaces", set("cluster.version", "1.34"), `
			environment: cluster: version: "1.33"
			environment: cluster: version: "1.33"
			`, `environment.cue:2:23: cluster.version is stated more than once`},
		{"AFieldOfAnEmptyGroup", set("pools.default.version", "1.33"), `environment: pools: {platform: {}, default: {}}`, `environment: pools: {platform: {}, default: {version: "1.33"}}`},
		{"AFieldOfAGroupInOneLine", set("pools.gpu.version", "1.33"), `environment: pools: {gpu: {size: max: 3}, default: {}} // pools`, `environment: pools: {gpu: {size: max: 3, version: "1.33"}, default: {}} // pools`},
		{"AFieldOfAGroupWithoutBraces", set("pools.default.version", "1.33"), `environment: pools: {platform: {}, default: size: max: 24}`, `environment: pools: {platform: {}, default: {size: max: 24, version: "1.33"}}`},
		{"AFieldOfAGroupOfSeveralLines", set("pools.default.version", "1.33"), `
			environment: pools: default: {
				size: max: 24 // for the release

				// labels: …
			}
			`, `
			environment: pools: default: {
				size: max: 24 // for the release
				version: "1.33"

				// labels: …
			}
			`},
		{"AFieldOfAGroupWithoutBracesOfSeveralLines", set("pools.default.version", "1.33"), `
			environment: {
				pools: default: size: {
					max: 24
				}
			}
			`, `
			environment: {
				pools: default: size: {
					max: 24
				}
				pools: default: version: "1.33"
			}
			`},
		{"AFieldOfAReference", set("pools.gpu.version", "1.33"), `
			environment: {
				pools: {
					gpu: _large
				}
			}
			`, `
			environment: {
				pools: {
					gpu: _large
					gpu: version: "1.33"
				}
			}
			`},
		{"AFieldOfAGroupThatIsElsewhere", set(`pools."default-gpu".version`, "1.33"), `environment: #E & {name: "a"}`, `environment: #E & {name: "a", pools: "default-gpu": version: "1.33"}`},
		{"AlignedAsCueFmtDoes", set("pools.gpu.version", "1.33"), `
			environment: pools: gpu: {
				capacityType: "spot"
			}
			`, `
			environment: pools: gpu: {
				capacityType: "spot"
				version:      "1.33"
			}
			`},
		{"NotAlignedWhereOtherLinesWouldChange", set("pools.gpu.amiReleaseVersion", "1.33.0-20260101"), `
			environment: pools: gpu: {
				soci: true
			}
			`, `
			environment: pools: gpu: {
				soci: true
				amiReleaseVersion: "1.33.0-20260101"
			}
			`},
		{"ALineWithWindowsEnd", set("pools.gpu.version", "1.33"), "environment: pools: gpu: {\r\n\tsoci: true\r\n}\r\n", "environment: pools: gpu: {\r\n\tsoci: true\r\n\tversion: \"1.33\"\r\n}\r\n"},
		{"RemovedAloneInItsLine", remove("pools.gpu.version"), `
			environment: pools: gpu: {
				soci: true
				version: "1.33"
			}
			`, `
			environment: pools: gpu: {
				soci: true
			}
			`},
		{"RemovedBeforeAComment", remove("pools.gpu.version"), `
			environment: pools: gpu: {
				soci: true
				version: "1.33" // driver
			}
			`, `
			environment: pools: gpu: {
				soci: true
				// driver
			}
			`},
		{"RemovedAsTheLastOfALine", remove("pools.gpu.version"), `environment: pools: gpu: {soci: true, version: "1.33"}`, `environment: pools: gpu: {soci: true}`},
		{"RemovedAsTheFirstOfALine", remove("pools.gpu.version"), `environment: pools: gpu: {version: "1.33", soci: true}`, `environment: pools: gpu: {soci: true}`},
		{"RemovedAsTheOnlyOne", remove("pools.gpu.version"), `environment: pools: {gpu: {version: "1.33"}}`, `environment: pools: {gpu: {}}`},
		{"RemovedAsTheOnlyOneWithoutBraces", remove("pools.gpu.version"), `environment: pools: {gpu: version: "1.33", default: {}}`, `environment: pools: {gpu: {}, default: {}}`},
		{"RemovedWithTheLineThatWasAddedForIt", remove("pools.gpu.version"), `
			environment: pools: {
				gpu: _large
				gpu: version: "1.33"
			}
			`, `
			environment: pools: {
				gpu: _large
			}
			`},
		{"RemovedFromAnotherFile", remove("pools.gpu.version"), `environment: pools: gpu: {}`, `environment.cue: pools.gpu.version is not stated in this file`},
	})
}

// The ring of a fleet is an element of a list, in a file with another field.
func TestAnElementOfAList(t *testing.T) {
	ring := func(path, value string) Change { return set("rings[1]."+path, value) }
	run(t, "gitops.cue", []example{
		{
			"a value of an element", ring("tag", "v2"),
			"package gitops\n" + `gitops: rings: [{name: "dev", tag: "v1"}, {name: "prod", tag: "v1"}] // in order`,
			"package gitops\n" + `gitops: rings: [{name: "dev", tag: "v1"}, {name: "prod", tag: "v2"}] // in order`,
		}, {
			"a new field of an element", ring("tag", "v2"),
			"package gitops\ngitops: rings: [\n\t{name: \"dev\"},\n\t{\n\t\tname: \"prod\" // users\n\t},\n]",
			"package gitops\ngitops: rings: [\n\t{name: \"dev\"},\n\t{\n\t\tname: \"prod\" // users\n\t\ttag: \"v2\"\n\t},\n]",
		}, {
			"a field that goes", ring("tag", ""),
			"package gitops\n" + `gitops: rings: [{name: "dev"}, {tag: "v1", name: "prod"}]`,
			"package gitops\n" + `gitops: rings: [{name: "dev"}, {name: "prod"}]`,
		}, {
			"a list with computed elements", ring("tag", "v2"),
			"package gitops\n" + `gitops: rings: [for n in ["dev"] {name: n}, {name: "prod", tag: "v1"}]`,
			`gitops.cue: rings[1].tag is not stated in this file`,
		}, {
			"an element that is not there", ring("tag", "v2"),
			"package gitops\n" + `gitops: rings: [{name: "dev"}]`,
			`gitops.cue: rings[1].tag is not stated in this file`,
		},
	})
}

func TestJSON(t *testing.T) {
	run(t, "environment.json", []example{
		{"APoolIsRepeated", repeat("default", "default-2"), `{"pools": {"default": {"size": {"max": 3}}}}`, `{"pools": {"default": {"size": {"max": 3}}, "default-2": {"size": {"max": 3}}}}`},
		{"AListIsSet", types("m7i.large", "m7a.large"), `{"pools": {"default": {"instanceTypes": ["m6i.large"]}}}`, `{"pools": {"default": {"instanceTypes": ["m7i.large", "m7a.large"]}}}`},
		{"AValue", set("cluster.version", "1.34"), `{"cluster": {"version": "1.33"}}`, `{"cluster": {"version": "1.34"}}`},
		{"AFieldOfAnEmptyGroup", set("pools.default.version", "1.33"), `{"pools": {"default": {}}}`, `{"pools": {"default": {"version": "1.33"}}}`},
		{"AFieldInALineOfItsOwn", set("pools.default.version", "1.33"), `
			{
			  "pools": {
			    "default": {
			      "soci": true
			    }
			  }
			}
			`, `
			{
			  "pools": {
			    "default": {
			      "soci": true,
			      "version": "1.33"
			    }
			  }
			}
			`},
		{"AFieldOfAGroupThatIsElsewhere", set("cluster.addons.coredns.version", "v1.13.2-eksbuild.4"), `{"cluster": {"version": "1.33"}}`, `{"cluster": {"version": "1.33", "addons": {"coredns": {"version": "v1.13.2-eksbuild.4"}}}}`},
		{"RemovedAsTheLast", remove("pools.default.version"), `
			{
			  "pools": {
			    "default": {
			      "soci": true,
			      "version": "1.33"
			    }
			  }
			}
			`, `
			{
			  "pools": {
			    "default": {
			      "soci": true
			    }
			  }
			}
			`},
		{"RemovedAsTheFirst", remove("pools.default.version"), `
			{
			  "pools": {
			    "default": {
			      "version": "1.33",
			      "soci": true
			    }
			  }
			}
			`, `
			{
			  "pools": {
			    "default": {
			      "soci": true
			    }
			  }
			}
			`},
	})
}

func TestYAML(t *testing.T) {
	run(t, "environment.yaml", []example{
		{"APoolIsRepeated", repeat("default", "default-2"), `
			pools:
			  default: # the install page's
			    size:
			      max: 3 # for now
			  platform: {}
			`, `
			pools:
			  default: # the install page's
			    size:
			      max: 3 # for now
			  platform: {}
			  default-2: # the install page's
			    size:
			      max: 3 # for now
			`},
		{"APoolOfAFlowIsRepeated", repeat("default", "default-2"), `pools: {"default":{size: {max: 3}}, platform: {}}`, `pools: {"default":{size: {max: 3}}, platform: {}, default-2: {size: {max: 3}}}`},
		{"AnAliasIsNotRepeated", repeat("default", "default-2"), `
			pools: &all
			  default: {}
			`, `environment.yaml:1:8: pools is an alias or has an anchor: other values change with it`},
		{"AListOfABlockIsSet", types("m7i.large", "m7a.large"), `
			pools:
			  default:
			    instanceTypes:
			    - m6i.large
			    size: {max: 3}
			`, `
			pools:
			  default:
			    instanceTypes: ["m7i.large", "m7a.large"]
			    size: {max: 3}
			`},
		{"AListWithComments", types("m7i.large"), `
			pools:
			  default:
			    instanceTypes:
			    - m6i.large # the first
			`, `environment.yaml:4:5: pools.default.instanceTypes has comments, or an anchor`},
		{"AQuotedValue", set("cluster.version", "1.34"), `
			cluster:
			  version: "1.33" # until spring
			  endpoint: {public: true}
			`, `
			cluster:
			  version: "1.34" # until spring
			  endpoint: {public: true}
			`},
		{"AValueInSingleQuotes", set("cluster.version", "1.34"), `cluster: {version: '1.33', inCluster: none}`, `cluster: {version: '1.34', inCluster: none}`},
		{"AValueWithoutQuotes", set("cluster.addons.coredns.version", "v1.13.2-eksbuild.4"), `cluster: {addons: {coredns: {version: v1.12.2-eksbuild.4}}}`, `cluster: {addons: {coredns: {version: v1.13.2-eksbuild.4}}}`},
		{"AfterOtherScripts", set("cluster.version", "1.34"), `{tags: {owner: "Müller"}, cluster: {version: "1.33"}}`, `{tags: {owner: "Müller"}, cluster: {version: "1.34"}}`},
		{"AnAlias", set("pools.gpu.size.max", "3"), `
			pools:
			  default: &large {size: {max: 2}}
			  gpu: *large
			`, `environment.yaml:3:8: pools.gpu is an alias or has an anchor: other values change with it`},
		{"AFieldOfAnEmptyMapping", set("pools.default.version", "1.33"), `pools: {platform: {}, default: {}}`, `pools: {platform: {}, default: {version: "1.33"}}`},
		{"AFieldOfAFlowMapping", set("pools.default.version", "1.33"), `pools: { default: { size: {max: 3} } }`, `pools: { default: { size: {max: 3}, version: "1.33" } }`},
		{"AFieldOfABlock", set("pools.default.version", "1.33"), `
			pools:
			  default:
			    instanceTypes:
			    - m6i.2xlarge # the first
			    # none other

			  platform: {}
			`, `
			pools:
			  default:
			    instanceTypes:
			    - m6i.2xlarge # the first
			    version: "1.33"
			    # none other

			  platform: {}
			`},
		{"AFieldOfAMappingThatIsElsewhere", set("cluster.addons.coredns.version", "v1.13.2-eksbuild.4"), `
			cluster:
			  version: "1.33"
			pools: {}
			`, `
			cluster:
			  version: "1.33"
			  addons: {coredns: {version: "v1.13.2-eksbuild.4"}}
			pools: {}
			`},
		{"RemovedFromABlock", remove("pools.default.version"), `
			pools:
			  default:
			    soci: true
			    version: "1.33"
			  platform: {}
			`, `
			pools:
			  default:
			    soci: true
			  platform: {}
			`},
		{"RemovedAsTheOnlyOneOfABlock", remove("pools.default.version"), `
			pools:
			  default:
			    version: "1.33"
			  platform: {}
			`, `
			pools:
			  default: {}
			  platform: {}
			`},
		{"RemovedFromAFlowMapping", remove("pools.default.version"), `pools: {default: {soci: true, version: "1.33"}}`, `pools: {default: {soci: true}}`},
		{"RemovedAsTheOnlyOneOfAFlowMapping", remove("pools.default.version"), `pools: {default: {version: "1.33"}}`, `pools: {default: {}}`},
	})
}
