// Command generate brings data/ec2-instance-types.csv up to date with the
// limits of network interfaces that AWS publishes as a Go library, which knows
// types that the list lacks. It is a module of its own, so that the library is
// no dependency of the compiler.
//
// The list itself is EC2's answer to DescribeInstanceTypes, which command renew
// brings up to date. Derived rows are not kept: the command derives them again. A row
// of the list takes the library's limits, where the library has the type.
//
// A type that only the library knows gets a row when the list leaves no doubt
// of its size: all listed Nitro types of its class (c, m, r of the sixth generation or later) and size, such as
// m*.2xlarge, agree in vCPUs and memory. Its architecture is in its name (a g
// after the generation is Graviton), a convention that the generator proves on
// the listed types first. Such rows have source derived; other types are left out.
package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"log"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/amazon-vpc-resource-controller-k8s/pkg/aws/vpc"
)

const file = "../data/ec2-instance-types.csv"

// columns are those of the file; the first row of the list must have them.
var columns = []string{
	"instance_type", "vcpus", "memory_mib", "gpus", "gpu_maker", "gpu_model", "neuron_devices", "arch",
	"max_enis", "ipv4_per_eni", "hypervisor", "bare_metal", "current_generation", "source",
}

const derivedSource = "derived"

func main() {
	log.SetFlags(0)
	text, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	listed, err := read(text)
	if err != nil {
		log.Fatal(err)
	}
	if err := checkConvention(listed); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(file, write(comments(text), slices.Concat(listed, derived(listed))), 0o644); err != nil {
		log.Fatal(err)
	}
}

// instance is a row.
type instance struct {
	name, vcpus, memoryMiB, gpus, maker, model, neuron, arch string
	enis, addresses, hypervisor, bareMetal, current, source  string
}

// comments returns the lines above the header, which a renewal changes and this does not.
func comments(text []byte) []byte {
	end := 0
	for line := range bytes.Lines(text) {
		if !bytes.HasPrefix(line, []byte("#")) {
			break
		}
		end += len(line)
	}
	return text[:end]
}

// read returns the listed rows of the file: what was derived is derived again.
func read(text []byte) ([]instance, error) {
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comment = '#'
	records, err := reader.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(records) == 0 || !slices.Equal(records[0], columns) {
		return nil, fmt.Errorf("%s: the columns are not %s", file, strings.Join(columns, ","))
	}
	var rows []instance
	for _, r := range records[1:] {
		if r[13] == derivedSource {
			continue
		}
		row := instance{r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12], r[13]}
		if row.arch == "amd64" { // what Kubernetes calls it, in the rows of the autoscaler's list
			row.arch = "x86_64"
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func write(head []byte, rows []instance) []byte {
	slices.SortFunc(rows, func(a, b instance) int { return cmp.Compare(a.name, b.name) })
	var b bytes.Buffer
	b.Write(head)
	fmt.Fprintln(&b, strings.Join(columns, ","))
	for _, r := range rows {
		if limits, known := vpc.Limits[r.name]; known {
			r.enis, r.addresses = strconv.Itoa(limits.Interface), strconv.Itoa(limits.IPv4PerInterface)
			r.hypervisor, r.bareMetal = limits.Hypervisor, strconv.FormatBool(limits.IsBareMetal)
		}
		fmt.Fprintln(&b, strings.Join([]string{
			r.name, r.vcpus, r.memoryMiB, r.gpus, r.maker, r.model, r.neuron, r.arch,
			r.enis, r.addresses, r.hypervisor, r.bareMetal, r.current, r.source,
		}, ","))
	}
	return b.Bytes()
}

// derived returns the types that only the library knows and whose size is beyond
// doubt.
func derived(listed []instance) []instance {
	known, sizes := map[string]bool{}, map[string][]instance{}
	for _, r := range listed {
		known[r.name] = true
		if key, ok := sizeKey(r.name); ok {
			sizes[key] = append(sizes[key], r)
		}
	}
	var rows []instance
	for name := range vpc.Limits {
		key, ok := sizeKey(name)
		if like := sizes[key]; ok && !known[name] && agree(like) {
			rows = append(rows, instance{
				name: name, vcpus: like[0].vcpus, memoryMiB: like[0].memoryMiB, gpus: "0", neuron: "0", arch: archOf(name), source: derivedSource,
			})
		}
	}
	return rows
}

// classes are the families whose memory follows from their class: c, m and r
// with Graviton, AMD or Intel processors, and the letters that say nothing of
// size (local disks, network, EBS). Others (z, e: more memory) do not.
var classes = regexp.MustCompile(`^([cmr])([6-9])(g|a|i)?[dnb]*(-flex)?\.([0-9]*x?large|medium)$`)

// sizeKey returns the class and size of a Nitro type, such as m.2xlarge.
func sizeKey(name string) (string, bool) {
	m := classes.FindStringSubmatch(name)
	limits, known := vpc.Limits[name]
	if m == nil || !known || limits.Hypervisor != "nitro" {
		return "", false
	}
	return m[1] + "." + m[5], true
}

// agree reports whether there are at least three rows, all of one size.
func agree(rows []instance) bool {
	for _, r := range rows {
		if r.vcpus != rows[0].vcpus || r.memoryMiB != rows[0].memoryMiB {
			return false
		}
	}
	return len(rows) >= 3
}

var graviton = regexp.MustCompile(`^(a1|[a-z]+[0-9]+g[a-z]*(-[a-z]+)?)\.`)

func archOf(name string) string {
	if graviton.MatchString(name) {
		return "arm64"
	}
	return "x86_64"
}

// checkConvention proves archOf on what is listed.
func checkConvention(listed []instance) error {
	for _, r := range listed {
		if _, sized := sizeKey(r.name); sized && archOf(r.name) != r.arch {
			return fmt.Errorf("%s is %s, but its name says %s", r.name, r.arch, archOf(r.name))
		}
	}
	return nil
}
