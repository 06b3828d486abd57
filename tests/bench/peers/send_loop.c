// The physical limit: sends frames to the viewers of the benchmark with next to nothing around it.
//
// usage: send_loop PACKETS_PER_FRAME BYTES_PER_PACKET
// Prints its RTSP port and "ready", and answers just what `viewers.c` asks. Every 40 ms each of them gets one frame: over
// UDP with sendmmsg and kernel segmentation, headers of its own in front of shared payloads; over TCP all get the same
// bytes, which lie in one piece.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
enum { RTP_HEADER = 12, FRAMING = 4, MAX_PACKETS = 46, FRAME_MS = 40, SEND_BUFFER = 4 << 20, MAX_VIEWERS = 2048 };

typedef struct {
  int fd;
  bool udp, playing, left;
  char request[2048];
  size_t length;
  struct sockaddr_in rtp;
  uint8_t *headers;
  struct iovec vectors[2 * MAX_PACKETS];
} Viewer;

static Viewer viewers[MAX_VIEWERS];
static struct mmsghdr messages[MAX_VIEWERS]; // of those that play by UDP
static int count, udp_count, sender, packets, packet_size;
static uint8_t *payload, *stream; // what UDP packets share; a whole frame as TCP carries it
static union {
  struct cmsghdr head;
  char room[CMSG_SPACE(sizeof(uint16_t))];
} segment = {.head = {.cmsg_len = CMSG_LEN(sizeof(uint16_t)), .cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT}};

static void fail(const char *what) {
  perror(what);
  exit(1);
}

// ---- Media

// Header and payload of every packet of a frame as memory pieces, for a viewer by UDP.
static void gather(Viewer *viewer) {
  int size = packet_size - RTP_HEADER;
  viewer->headers = calloc(packets, RTP_HEADER);
  for (int i = 0; i < packets; i++) {
    viewer->vectors[2 * i] = (struct iovec){viewer->headers + i * RTP_HEADER, RTP_HEADER};
    viewer->vectors[2 * i + 1] = (struct iovec){payload + i * size, size};
  }
  messages[udp_count++].msg_hdr = (struct msghdr){.msg_name = &viewer->rtp, .msg_namelen = sizeof viewer->rtp,
                                                  .msg_iov = viewer->vectors, .msg_iovlen = 2 * packets,
                                                  .msg_control = packets > 1 ? segment.room : NULL,
                                                  .msg_controllen = packets > 1 ? sizeof segment.room : 0};
}

// Writes the RTP headers of a frame, the first at `at`.
static void number_packets(uint8_t *at, int step, int frame, uint32_t source) {
  for (int i = 0; i < packets; i++, at += step) {
    uint16_t sequence = frame * packets + i;
    at[0] = 0x80, at[1] = i == packets - 1 ? 154 : 26, at[2] = sequence >> 8, at[3] = sequence;
    uint32_t words[2] = {htonl(frame * 3600), htonl(source)};
    memcpy(at + 4, words, sizeof words);
  }
}

static void frame_packets(void) {
  for (int i = 0; i < packets; i++) {
    uint8_t *at = stream + i * (FRAMING + packet_size);
    at[0] = '$', at[1] = 0, at[2] = packet_size >> 8, at[3] = packet_size;
  }
}

static void send_frame(int frame) {
  ssize_t size = (ssize_t)packets * (FRAMING + packet_size);
  number_packets(stream + FRAMING, FRAMING + packet_size, frame, MAX_VIEWERS);
  for (int i = 0; i < count; i++) {
    if (viewers[i].headers) number_packets(viewers[i].headers, RTP_HEADER, frame, i);
  }
  for (int sent = 0; sent < udp_count;) {
    int taken = sendmmsg(sender, messages + sent, udp_count - sent, 0);
    if (taken < 1) fail("sendmmsg");
    sent += taken;
  }
  for (int i = 0; i < count; i++) {
    Viewer *viewer = &viewers[i];
    if (!viewer->playing || viewer->udp) continue;
    ssize_t taken = send(viewer->fd, stream, size, MSG_DONTWAIT);
    if (taken < 0) viewer->playing = false, viewer->left = true;
    // A loopback receiver that reads keeps the buffer empty: a short write would falsify the figure.
    else if (taken != size) fail("a frame was taken in part");
  }
}

// ---- RTSP, as far as the viewers speak it

static void answer(Viewer *viewer) {
  static const char sdp[] = "v=0\r\nm=video 0 RTP/AVP 26\r\na=control:track\r\n";
  char text[1024], more[512] = "", *header = strcasestr(viewer->request, "\r\nCSeq:");
  const char *body = "";
  if (!strncmp(viewer->request, "DESCRIBE", 8)) {
    body = sdp;
    sprintf(more, "Content-Type: application/sdp\r\nContent-Length: %zu\r\n", strlen(sdp));
  } else if (!strncmp(viewer->request, "SETUP", 5)) {
    char *ports = strstr(viewer->request, "client_port=");
    viewer->udp = ports != NULL;
    if (viewer->udp) viewer->rtp.sin_port = htons(atoi(ports + 12));
    sprintf(more, "Session: %ld\r\n", viewer - viewers + 1);
  } else if (!strncmp(viewer->request, "PLAY", 4)) {
    if (viewer->udp) gather(viewer);
    viewer->playing = true;
  }
  int length = sprintf(text, "RTSP/1.0 200 OK\r\nCSeq: %d\r\n%s\r\n%s", header ? atoi(header + 7) : 0, more, body);
  if (write(viewer->fd, text, length) != length) fail("write");
  viewer->length = 0;
}

static void hear(Viewer *viewer) {
  size_t room = sizeof viewer->request - 1 - viewer->length;
  ssize_t length = recv(viewer->fd, viewer->request + viewer->length, room, MSG_DONTWAIT);
  if (length <= 0) fail("recv");
  viewer->request[viewer->length += length] = 0;
  if (strstr(viewer->request, "\r\n\r\n")) answer(viewer);
}

static void welcome(int listener) {
  if (count == MAX_VIEWERS) fail("too many viewers");
  Viewer *viewer = &viewers[count++];
  socklen_t length = sizeof viewer->rtp;
  int one = 1;
  viewer->fd = accept(listener, (struct sockaddr *)&viewer->rtp, &length);
  if (viewer->fd < 0) fail("accept");
  setsockopt(viewer->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static int64_t nanoseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000L + t.tv_nsec;
}

// Hears newcomers, until those who do not play yet have nothing more to say and it is time for the next frame.
static void listen_until(int listener, int64_t due) {
  static struct pollfd polled[1 + MAX_VIEWERS];
  static Viewer *talking[1 + MAX_VIEWERS];
  for (;;) {
    int size = 1;
    polled[0] = (struct pollfd){.fd = listener, .events = POLLIN};
    for (int i = 0; i < count; i++) {
      if (viewers[i].playing || viewers[i].left) continue;
      polled[size] = (struct pollfd){.fd = viewers[i].fd, .events = POLLIN};
      talking[size++] = &viewers[i];
    }
    int64_t left = due - nanoseconds();
    if (left < 0) left = 0;
    struct timespec patience = {left / 1000000000L, left % 1000000000L};
    int ready = ppoll(polled, size, &patience, NULL);
    if (ready == 0) return;
    if (ready < 0) fail("ppoll");
    for (int i = 1; i < size; i++) {
      if (polled[i].revents) hear(talking[i]);
    }
    if (polled[0].revents) welcome(listener);
  }
}

int main(int words, char **word) {
  if (words != 3) return 2;
  packets = atoi(word[1]), packet_size = atoi(word[2]);
  if (packets < 1 || packets > MAX_PACKETS || packet_size <= RTP_HEADER || packet_size > 1472) return 2;
  payload = calloc(packets, packet_size);
  stream = calloc(packets, FRAMING + packet_size);
  frame_packets();
  *(uint16_t *)CMSG_DATA(&segment.head) = packet_size;
  signal(SIGPIPE, SIG_IGN);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof at;
  int size = SEND_BUFFER, listener = socket(AF_INET, SOCK_STREAM, 0);
  sender = socket(AF_INET, SOCK_DGRAM, 0);
  setsockopt(sender, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
  if (bind(listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener, 128) != 0) fail("listen");
  getsockname(listener, (struct sockaddr *)&at, &length);
  printf("%d\nready\n", ntohs(at.sin_port));
  fflush(stdout);
  int64_t due = nanoseconds();
  for (int frame = 0;; frame++) {
    listen_until(listener, due += FRAME_MS * 1000000L);
    send_frame(frame);
  }
}
