using System.CommandLine;

namespace Recs.Cli.Evaluate;

static class RegretCommand
{
    public static Command Create() => new("regret");
}
