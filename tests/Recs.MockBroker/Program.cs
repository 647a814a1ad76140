using System.Globalization;

using Recs.MockBroker;

// A Kafka broker in memory, for tests on machines without a Docker engine:
//   dotnet Recs.MockBroker.dll --topic recs --partitions 4
// prints its address and runs until stdin closes. Each line "TOPIC PARTITIONS" on stdin creates a further topic and is
// answered with the topic's name.
Librdkafka.Resolve();
var cluster = Librdkafka.StartCluster();
if (Argument("--topic") is { } first)
{
    Librdkafka.CreateTopic(cluster, first, int.Parse(Argument("--partitions") ?? "1", CultureInfo.InvariantCulture));
}

Console.WriteLine(Librdkafka.Bootstraps(cluster));
while (Console.ReadLine() is { } line)
{
    var words = line.Split(' ');
    Librdkafka.CreateTopic(cluster, words[0], int.Parse(words[1], CultureInfo.InvariantCulture));
    Console.WriteLine(words[0]);
}

Librdkafka.StopCluster(cluster);
return;

string? Argument(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
