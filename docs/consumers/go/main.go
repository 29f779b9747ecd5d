// Follows one case across topics: drops what was seen, holds what is early, prints the rest in each source's order.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

type line struct { // one source's facts of the case
	applied int
	held    map[int]*kgo.Record
}

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "usage: follow BOOTSTRAP CASE TOPIC...")
		os.Exit(2)
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(os.Args[1]), kgo.ConsumeTopics(os.Args[3:]...),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		panic(err)
	}
	defer client.Close()
	sources := map[string]*line{}
	for last := time.Now(); time.Since(last) < 5*time.Second; {
		poll, cancel := context.WithTimeout(context.Background(), time.Second)
		client.PollFetches(poll).EachRecord(func(record *kgo.Record) {
			header := map[string]string{}
			for _, one := range record.Headers {
				header[one.Key] = string(one.Value)
			}
			sequence, err := strconv.Atoi(header["ce_sequence"])
			if string(record.Key) != os.Args[2] || header["ce_specversion"] != "1.0" || err != nil {
				return // another case, or nothing that can be put in order
			}
			last = time.Now()
			if sources[header["ce_source"]] == nil {
				sources[header["ce_source"]] = &line{held: map[int]*kgo.Record{}}
			}
			of := sources[header["ce_source"]]
			if sequence > of.applied {
				of.held[sequence] = record // the same again changes nothing
			}
			for ; of.held[of.applied+1] != nil; of.applied++ {
				var fact struct{ At string }
				_ = json.Unmarshal(of.held[of.applied+1].Value, &fact)
				fmt.Printf("%-9s %2d  %s  %s\n", header["ce_source"], of.applied+1, fact.At, of.held[of.applied+1].Topic)
				delete(of.held, of.applied+1)
			}
		})
		cancel()
	}
}
