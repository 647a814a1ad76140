using System.Reflection;
using System.Runtime.InteropServices;

namespace Recs.MockBroker;

/// <summary>The few native functions that run librdkafka's own mock cluster (rdkafka_mock.h).</summary>
static partial class Librdkafka
{
    const string Library = "librdkafka";
    const int Producer = 0;
    const int ErrorBytesMax = 512;

    /// <summary>
    /// The builds in the package, in order of preference: the second needs no libsasl2.so.3, which Debian 12 lacks.
    /// </summary>
    static readonly string[] Builds = ["librdkafka", "centos8-librdkafka", "alpine-librdkafka"];

    /// <summary>Says where the native library is; to be called before any other function here.</summary>
    public static void Resolve() =>
        NativeLibrary.SetDllImportResolver(typeof(Librdkafka).Assembly, (_, assembly, _) => Load(assembly));

    /// <summary>Starts a cluster of one broker.</summary>
    public static unsafe nint StartCluster()
    {
        var error = stackalloc byte[ErrorBytesMax];
        var client = rd_kafka_new(Producer, 0, error, ErrorBytesMax);
        return client != 0
            ? rd_kafka_mock_cluster_new(client, 1)
            : throw new InvalidOperationException(Marshal.PtrToStringUTF8((nint)error));
    }

    /// <summary>Host and port of the brokers.</summary>
    public static string Bootstraps(nint cluster) => Marshal.PtrToStringUTF8(rd_kafka_mock_cluster_bootstraps(cluster))!;

    /// <summary>Creates an empty topic.</summary>
    public static void CreateTopic(nint cluster, string topic, int partitions)
    {
        if (rd_kafka_mock_topic_create(cluster, topic, partitions, 1) is var error and not 0)
        {
            throw new InvalidOperationException($"Topic {topic}: error {error}.");
        }
    }

    /// <summary>Lets the only broker answer nobody, or everybody again; it keeps what it has.</summary>
    public static void SetDown(nint cluster, bool down)
    {
        if ((down ? rd_kafka_mock_broker_set_down(cluster, 1) : rd_kafka_mock_broker_set_up(cluster, 1)) is var error and not 0)
        {
            throw new InvalidOperationException($"Down {down}: error {error}.");
        }
    }

    /// <summary>Stops the brokers.</summary>
    public static void StopCluster(nint cluster) => rd_kafka_mock_cluster_destroy(cluster);

    static nint Load(Assembly assembly)
    {
        string[] folders =
        [
            Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"),
            Path.Combine(AppContext.BaseDirectory, "runtimes", Platform(), "native"),
            AppContext.BaseDirectory,
        ];
        var suffix = OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so";
        foreach (var folder in folders)
        {
            foreach (var build in Builds)
            {
                if (NativeLibrary.TryLoad(Path.Combine(folder, build + suffix), assembly, searchPath: null, out var library))
                {
                    return library;
                }
            }
        }

        return 0;
    }

    static string Platform()
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        return $"{system}-{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64")}";
    }

    // The native names are kept, so that they can be looked up in rdkafka.h.
#pragma warning disable IDE1006
    [LibraryImport(Library)]
    private static unsafe partial nint rd_kafka_new(int type, nint configuration, byte* error, nuint errorBytes);

    [LibraryImport(Library)]
    private static partial nint rd_kafka_mock_cluster_new(nint client, int brokers);

    [LibraryImport(Library)]
    private static partial nint rd_kafka_mock_cluster_bootstraps(nint cluster);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rd_kafka_mock_topic_create(nint cluster, string topic, int partitions, int replicas);

    [LibraryImport(Library)]
    private static partial int rd_kafka_mock_broker_set_down(nint cluster, int broker);

    [LibraryImport(Library)]
    private static partial int rd_kafka_mock_broker_set_up(nint cluster, int broker);

    [LibraryImport(Library)]
    private static partial void rd_kafka_mock_cluster_destroy(nint cluster);
#pragma warning restore IDE1006
}
