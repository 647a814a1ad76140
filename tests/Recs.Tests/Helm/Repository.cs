using System.Runtime.CompilerServices;

namespace Recs.Tests.Helm;

/// <summary>Files of the working copy.</summary>
static class Repository
{
    public static string PathOf(string relative) => Path.GetFullPath(Path.Combine(Here(), "../../..", relative));

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
