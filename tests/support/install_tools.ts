/**
 * Sees to it that the real peers which the tests meet are installed: on Debian as root it installs what is missing,
 * elsewhere it says what is missing and how to get it, and exits with 1.
 *
 * deno run -A tests/support/install_tools.ts [--bench]
 */
import { join } from "@std/path";

/** A program or file the tests need, and the Debian packages that bring it. */
interface Tool {
  readonly name: string;
  /** Where it stands when installed; a name without a slash is looked up in PATH. */
  readonly probe: string;
  readonly packages: readonly string[];
}

const LIBRARIES = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];

const TEST_TOOLS: readonly Tool[] = [
  { name: "FFmpeg", probe: "ffmpeg", packages: ["ffmpeg"] },
  {
    name: "GStreamer",
    probe: "gst-launch-1.0",
    packages: ["gstreamer1.0-tools", "gstreamer1.0-plugins-base", "gstreamer1.0-plugins-good"],
  },
  {
    name: "GStreamer's RTSP and JPEG elements",
    probe: "lib:gstreamer-1.0/libgstrtsp.so",
    packages: ["gstreamer1.0-plugins-good"],
  },
  { name: "Wireshark's terminal program", probe: "tshark", packages: ["tshark"] },
  { name: "mpv", probe: "mpv", packages: ["mpv"] },
  { name: "Chromium", probe: "chromium", packages: ["chromium", "fonts-dejavu-core"] },
  { name: "Xvfb", probe: "Xvfb", packages: ["xvfb", "xauth"] },
  { name: "xdotool", probe: "xdotool", packages: ["xdotool"] },
  { name: "ImageMagick", probe: "import", packages: ["imagemagick"] },
  { name: "libjpeg-turbo's programs", probe: "jpegtran", packages: ["libjpeg-turbo-progs"] },
  { name: "WebKitGTK 6.0", probe: "lib:libwebkitgtk-6.0.so.4", packages: ["libwebkitgtk-6.0-4"] },
  { name: "ShellCheck", probe: "shellcheck", packages: ["shellcheck"] },
  {
    name: "a bus for screen readers",
    probe: "dbus-daemon",
    packages: ["dbus-daemon", "python3-gi", "gir1.2-glib-2.0"],
  },
  { name: "a window manager", probe: "openbox", packages: ["openbox"] },
  {
    name: "gst-rtsp-server",
    probe: "lib:girepository-1.0/GstRtspServer-1.0.typelib",
    packages: ["gir1.2-gst-rtsp-server-1.0", "python3-gst-1.0", "gstreamer1.0-rtsp"],
  },
];

const BENCH_TOOLS: readonly Tool[] = [
  { name: "a C compiler", probe: "gcc", packages: ["gcc", "libc6-dev"] },
  { name: "libjpeg-turbo's headers", probe: "/usr/include/jpeglib.h", packages: ["libjpeg62-turbo-dev"] },
];

function candidates(probe: string): string[] {
  if (probe.startsWith("lib:")) return LIBRARIES.map((folder) => join(folder, probe.slice(4)));
  if (probe.includes("/")) return [probe];
  const separator = Deno.build.os === "windows" ? ";" : ":";
  const ending = Deno.build.os === "windows" ? ".exe" : "";
  return (Deno.env.get("PATH") ?? "").split(separator).map((folder) => join(folder, probe + ending));
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}

async function missingOf(tools: readonly Tool[]): Promise<Tool[]> {
  const present = await Promise.all(
    tools.map(async (tool) => (await Promise.all(candidates(tool.probe).map(exists))).includes(true)),
  );
  return tools.filter((_, index) => !present[index]);
}

async function aptGet(...words: string[]): Promise<boolean> {
  const command = new Deno.Command("apt-get", {
    args: [...words],
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "null",
  });
  return (await command.spawn().status).success;
}

async function installOrExplain(tools: readonly Tool[]): Promise<void> {
  const missing = await missingOf(tools);
  if (missing.length === 0) return;
  const names = missing.map((tool) => tool.name).join(", ");
  const packages = [...new Set(missing.flatMap((tool) => tool.packages))];
  const debian = await exists("/usr/bin/apt-get");
  if (debian && Deno.uid() === 0) {
    console.log(`Installing what the tests meet: ${names}`);
    const installed = await aptGet("update", "-q") &&
      await aptGet("install", "-y", "-q", "--no-install-recommends", ...packages);
    const still = await missingOf(tools);
    if (installed && still.length === 0) return;
    console.error(`Could not install: ${still.map((tool) => tool.name).join(", ")}`);
  } else {
    console.error(`The tests need programs that are not here: ${names}`);
    console.error(
      debian ? `Install them with: sudo apt-get install ${packages.join(" ")}` : "Install them and run again",
    );
  }
  Deno.exit(1);
}

await installOrExplain(Deno.args.includes("--bench") ? [...TEST_TOOLS, ...BENCH_TOOLS] : TEST_TOOLS);
