import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The simple job in Kafka Streams: Processor API, stores in memory, one stream thread.
 *
 * <p>Arguments: brokers, number of events, processing guarantee. The first two passes warm the virtual machine and are
 * not counted. Prints one line of JSON.
 */
public final class Contestant {
    private static final String[] TOPICS = {"support.tickets", "support.chats"};
    private static final ObjectReader READER = new ObjectMapper().readerFor(Event.class);

    @JsonIgnoreProperties(ignoreUnknown = true)
    public static final class Event {
        public String type;
        public String occurred_at;
        public String queue;
    }

    /** From the first record to the last: seconds of the clock and of the processor. */
    private static final class Pass {
        final long wanted;
        final CountDownLatch done = new CountDownLatch(1);
        long seen;
        long counted;
        long began;
        long processorBegan;
        double seconds;
        double processorSeconds;

        Pass(long wanted) {
            this.wanted = wanted;
        }

        void record() {
            if (seen == 0) {
                began = System.nanoTime();
                processorBegan = processor();
            }
            if (++seen == wanted) {
                seconds = (System.nanoTime() - began) / 1e9;
                processorSeconds = (processor() - processorBegan) / 1e9;
                done.countDown();
            }
        }

        private static long processor() {
            return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
        }
    }

    /** Counts per queue and minute of event time, and keeps the last state of each ticket and chat. */
    private static final class Job implements Processor<String, byte[], Void, Void> {
        private final Pass pass;
        private KeyValueStore<String, String> last;
        private KeyValueStore<String, Long> counts;

        Job(Pass pass) {
            this.pass = pass;
        }

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            last = context.getStateStore("last");
            counts = context.getStateStore("counts");
        }

        @Override
        public void process(Record<String, byte[]> record) {
            Event event;
            try {
                event = READER.readValue(record.value());
            } catch (IOException bad) {
                throw new IllegalArgumentException(bad);
            }
            String queue = event.queue;
            if (queue == null) {
                String state = last.get(record.key());
                queue = state == null ? "none" : state.substring(0, state.indexOf('|'));
            }
            last.put(record.key(), queue + "|" + event.type + "|" + event.occurred_at);
            String group = queue + "|" + OffsetDateTime.parse(event.occurred_at).toEpochSecond() / 60;
            Long before = counts.get(group);
            counts.put(group, before == null ? 1L : before + 1L);
            pass.record();
        }

        @Override
        public void close() {
            try (KeyValueIterator<String, Long> all = counts.all()) {
                all.forEachRemaining(entry -> pass.counted += entry.value);
            }
        }
    }

    private static Pass run(String brokers, long count, String guarantee) throws Exception {
        Pass pass = new Pass(count);
        Topology topology = new Topology();
        topology.addSource("events", Serdes.String().deserializer(), Serdes.ByteArray().deserializer(), TOPICS);
        topology.addProcessor("job", () -> new Job(pass), "events");
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore("last"), Serdes.String(), Serdes.String())
                        .withCachingEnabled(),
                "job");
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore("counts"), Serdes.String(), Serdes.Long())
                        .withCachingEnabled(),
                "job");
        Path folder = Files.createTempDirectory("kafka-streams");
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "kafka-streams-" + System.nanoTime());
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 8_000);
        if (guarantee.equals(StreamsConfig.EXACTLY_ONCE_V2)) {
            settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 250);
        }
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 8_000);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), 16 << 20);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 2 << 20);
        try (KafkaStreams streams = new KafkaStreams(topology, settings)) {
            streams.setUncaughtExceptionHandler(fault -> {
                fault.printStackTrace();
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            });
            streams.start();
            if (!pass.done.await(10, TimeUnit.MINUTES)) {
                throw new IllegalStateException(pass.seen + " of " + count + " events after 10 minutes");
            }
            streams.close(Duration.ofSeconds(30));
        }
        return pass;
    }

    /** Largest resident set in MB, where the system tells. */
    private static double peak() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0.0;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1_024 / 1e6;
            }
        }
        return 0.0;
    }

    public static void main(String[] arguments) throws Exception {
        String brokers = arguments[0];
        long count = Long.parseLong(arguments[1]);
        run(brokers, count, arguments[2]);
        run(brokers, count, arguments[2]);
        Pass pass = run(brokers, count, arguments[2]);
        System.out.printf(
                "{\"events\": %d, \"counted\": %d, \"seconds\": %s, \"cpu_s\": %s, \"peak_mb\": %s}%n",
                count, pass.counted, pass.seconds, pass.processorSeconds, peak());
        System.exit(0);
    }

    private Contestant() {}
}
