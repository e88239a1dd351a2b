package main

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// moto records what EC2 answers to one account.
const (
	moto          = "getmoto/moto"
	instanceTypes = "moto/ec2/resources/instance_types.json"
	offerings     = "moto/ec2/resources/instance_type_offerings"
)

// renewInstanceTypes takes EC2's answer to DescribeInstanceTypes. Types that it lacks
// stay; those that go generate derives are derived again by it.
func renewInstanceTypes(t *table, from repositories, _ string) error {
	tree, err := from.read(moto, "", instanceTypes)
	if err != nil {
		return err
	}
	defer tree.remove()
	types, err := readInstanceTypes(tree)
	if err != nil {
		return err
	}
	listed := map[string][]string{}
	for _, row := range t.rows {
		listed[row[0]] = row
	}
	for name, described := range types {
		row := append(described.row(name), "moto-"+tree.date)
		if old := listed[name]; old == nil {
			t.rows = append(t.rows, row)
		} else if !slices.Equal(described.values(old), described.values(row)) {
			copy(old, row)
		}
	}
	slices.SortFunc(t.rows, func(a, b []string) int { return cmp.Compare(a[0], b[0]) })
	return t.cite(tree, instanceTypes)
}

// instanceType is what EC2 tells of a type, as far as the table has it.
type instanceType struct {
	VCPUs struct {
		Default int `json:"DefaultVCpus"`
	} `json:"VCpuInfo"`
	Memory struct {
		MiB int `json:"SizeInMiB"`
	} `json:"MemoryInfo"`
	GPUs struct {
		Gpus []struct {
			Count              int
			Manufacturer, Name string
		}
	} `json:"GpuInfo"`
	Neuron struct {
		NeuronDevices []struct{ Count int }
	} `json:"NeuronInfo"`
	Processor struct {
		SupportedArchitectures []string
	} `json:"ProcessorInfo"`
	Network struct {
		MaximumNetworkInterfaces, Ipv4AddressesPerInterface int
	} `json:"NetworkInfo"`
	Hypervisor                   string
	BareMetal, CurrentGeneration bool
}

func readInstanceTypes(files fs.FS) (map[string]instanceType, error) {
	var types map[string]instanceType
	if err := decode(files, instanceTypes, &types); err != nil {
		return nil, err
	}
	for name, t := range types {
		if min(t.VCPUs.Default, t.Memory.MiB, t.Network.MaximumNetworkInterfaces, t.Network.Ipv4AddressesPerInterface) == 0 || len(t.Processor.SupportedArchitectures) == 0 {
			return nil, fmt.Errorf("%s: %s has no vCPUs, memory, network interfaces or architecture", instanceTypes, name)
		}
	}
	return types, nil
}

// row returns the type as the table has it, but for the source.
func (t instanceType) row(name string) []string {
	gpus, maker, model, neuron := 0, "", "", 0
	for _, g := range t.GPUs.Gpus {
		gpus, maker, model = gpus+g.Count, strings.ToLower(g.Manufacturer), g.Name
	}
	for _, d := range t.Neuron.NeuronDevices {
		neuron += d.Count
	}
	architecture := t.Processor.SupportedArchitectures[0]
	if slices.Contains(t.Processor.SupportedArchitectures, "x86_64") { // some have i386 too
		architecture = "x86_64"
	}
	return []string{
		name, strconv.Itoa(t.VCPUs.Default), strconv.Itoa(t.Memory.MiB), strconv.Itoa(gpus), maker, model, strconv.Itoa(neuron),
		strings.TrimSuffix(architecture, "_mac"), strconv.Itoa(t.Network.MaximumNetworkInterfaces), strconv.Itoa(t.Network.Ipv4AddressesPerInterface),
		t.Hypervisor, strconv.FormatBool(t.BareMetal), strconv.FormatBool(t.CurrentGeneration),
	}
}

// values returns the cells of a row that moto decides: the limits of network interfaces
// are those of AWS's library, by go generate, and the source is no value.
func (instanceType) values(row []string) []string { return slices.Concat(row[1:8], row[12:13]) }

// renewOfferings takes EC2's answers to DescribeInstanceTypeOfferings, by region and
// by zone. Regions that it lacks stay.
func renewOfferings(t *table, from repositories, _ string) error {
	tree, err := from.read(moto, "", offerings+"/region", offerings+"/availability-zone")
	if err != nil {
		return err
	}
	defer tree.remove()
	regions, err := fs.ReadDir(tree, offerings+"/region")
	if err != nil {
		return err
	}
	for _, file := range regions {
		region := strings.TrimSuffix(file.Name(), ".json")
		zones, types, err := readOfferings(tree, region)
		if err != nil {
			return err
		}
		if row := t.find(region); row != nil {
			row[1], row[2] = zones, types
		} else {
			t.rows = append(t.rows, []string{region, zones, types})
		}
	}
	slices.SortFunc(t.rows, func(a, b []string) int {
		return cmp.Or(strings.Compare(partitionOf(a[0]), partitionOf(b[0])), cmp.Compare(a[0], b[0]))
	})
	return t.cite(tree, offerings)
}

// partitionOf sorts the regions of GovCloud behind the others.
func partitionOf(region string) string {
	if strings.HasPrefix(region, "us-gov-") {
		return "aws-us-gov"
	}
	return "aws"
}

// readOfferings returns the letters of a region's zones, and its types as the table has
// them: with the letters of their zones where some zone lacks one.
func readOfferings(files fs.FS, region string) (zones, types string, err error) {
	everywhere, err := readLocations(files, offerings+"/region/"+region+".json")
	if err != nil {
		return "", "", err
	}
	byZone, err := readLocations(files, offerings+"/availability-zone/"+region+".json")
	if err != nil {
		return "", "", err
	}
	letters, all := map[string]string{}, map[rune]bool{}
	for _, o := range byZone {
		if letter := strings.TrimPrefix(o.Location, region); len(letter) == 1 { // local zones have longer names
			letters[o.InstanceType] += letter
			all[rune(letter[0])] = true
		}
	}
	for letter := range all {
		zones += string(letter)
	}
	zones = sorted(zones)
	var texts []string
	for _, o := range everywhere {
		text := o.InstanceType
		if some := sorted(letters[o.InstanceType]); some != "" && some != zones {
			text += ":" + some
		}
		texts = append(texts, text)
	}
	slices.Sort(texts)
	return zones, strings.Join(slices.Compact(texts), " "), nil
}

func sorted(letters string) string {
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(strings.Split(letters, "")))), "")
}

type offering struct{ InstanceType, Location string }

func readLocations(files fs.FS, name string) ([]offering, error) {
	var all []offering
	if err := decode(files, name, &all); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s offers nothing", name)
	}
	return all, nil
}
