using System.Globalization;

using Recs.MockBroker;

// A Kafka broker in memory, for tests on machines without a Docker engine:
//   dotnet Recs.MockBroker.dll --topic recs --partitions 4
// prints its address and runs until stdin closes. A line on stdin is answered with the same line once it is done:
//   topic NAME PARTITIONS    creates a further topic
//   down                     the broker breaks every connection and takes none
//   up                       the broker is back, with what it had
Librdkafka.Resolve();
var cluster = Librdkafka.StartCluster();
if (Argument("--topic") is { } first)
{
    Librdkafka.CreateTopic(cluster, first, int.Parse(Argument("--partitions") ?? "1", CultureInfo.InvariantCulture));
}

Console.WriteLine(Librdkafka.Bootstraps(cluster));
while (Console.ReadLine() is { } line)
{
    switch (line.Split(' '))
    {
        case ["topic", var topic, var partitions]:
            Librdkafka.CreateTopic(cluster, topic, int.Parse(partitions, CultureInfo.InvariantCulture));
            break;
        case ["down" or "up"]:
            Librdkafka.SetDown(cluster, line == "down");
            break;
        default:
            Console.Error.WriteLine($"'{line}' is not understood.");
            return 2;
    }

    Console.WriteLine(line);
}

Librdkafka.StopCluster(cluster);
return 0;

string? Argument(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
