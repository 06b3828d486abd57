import { join } from "@std/path";
import { type FlipbookServer, startServer } from "../../lib/server/server.ts";
import { filmPictures } from "./page_stage.ts";
import { PROJECT_ROOT } from "./source_files.ts";

/** A server of this process with the films of the project, whose stream "camera" is live. */
export async function openCamera(port = 0): Promise<FlipbookServer> {
  const pictures = await filmPictures();
  const server = await startServer({ host: "127.0.0.1", port, media: [join(PROJECT_ROOT, "media")] });
  let running = true;
  async function* camera() {
    for (let index = 0; running; index++) {
      yield pictures[index % pictures.length]!;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }
  server.addStream("camera", camera());
  const close = server.close.bind(server);
  return Object.assign(server, {
    close: () => {
      running = false;
      return close();
    },
  });
}
