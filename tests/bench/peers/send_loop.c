// The physical limit: sends frames to many receivers with nothing around it, and prints the CPU time of one packet.
//
// usage: send_loop udp|tcp RECEIVERS PACKETS_PER_FRAME BYTES_PER_PACKET SECONDS
// Every 40 ms each receiver gets one frame: over UDP with sendmmsg and kernel segmentation, headers of its own in front
// of shared payloads; over TCP with one writev. A second process reads. Prints {"packets":N,"cpuPerPacket":us}.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
enum { RTP_HEADER = 12, FRAMING = 4, MAX_PACKETS = 46, FRAME_MS = 40, BATCH = 64, RECEIVE_BUFFER = 4 << 20 };

static int receivers, packets, packet_size;
static uint8_t *payload;

static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

// Header and payload of every packet of a frame as memory pieces.
static void gather(struct iovec *vectors, uint8_t *headers, int header_size) {
  int size = packet_size - RTP_HEADER;
  for (int i = 0; i < packets; i++) {
    vectors[2 * i] = (struct iovec){headers + i * header_size, header_size};
    vectors[2 * i + 1] = (struct iovec){payload + i * size, size};
  }
}

// The part of an RTP sender's work that cannot be shared: twelve bytes for every packet.
static void number_packets(uint8_t *headers, int header_size, int receiver, int frame) {
  for (int i = 0; i < packets; i++) {
    uint8_t *at = headers + i * header_size + header_size - RTP_HEADER;
    uint16_t sequence = frame * packets + i;
    at[0] = 0x80, at[1] = i == packets - 1 ? 154 : 26, at[2] = sequence >> 8, at[3] = sequence;
    uint32_t words[2] = {htonl(frame * 3600), htonl(receiver)};
    memcpy(at + 4, words, sizeof words);
    if (header_size > RTP_HEADER) at[-4] = '$', at[-3] = 0, at[-2] = packet_size >> 8, at[-1] = packet_size;
  }
}

static void read_forever(int *sockets, int tcp) {
  int poller = epoll_create1(0);
  for (int i = 0; i < receivers; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = sockets[i]};
    epoll_ctl(poller, EPOLL_CTL_ADD, sockets[i], &event);
  }
  static uint8_t data[BATCH][2048];
  struct iovec vectors[BATCH];
  struct mmsghdr messages[BATCH];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < BATCH; i++) {
    vectors[i] = (struct iovec){data[i], sizeof data[i]};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
  }
  for (;;) {
    struct epoll_event events[256];
    int count = epoll_wait(poller, events, 256, -1);
    for (int i = 0; i < count; i++) {
      if (!tcp) recvmmsg(events[i].data.fd, messages, BATCH, MSG_DONTWAIT, NULL);
      else if (recv(events[i].data.fd, data, sizeof data, MSG_DONTWAIT) == 0) exit(0);
    }
  }
}

static void send_udp(int fd, struct mmsghdr *messages) {
  for (int sent = 0; sent < receivers;) {
    int count = sendmmsg(fd, messages + sent, receivers - sent, 0);
    if (count < 1) exit(1);
    sent += count;
  }
}

static void send_tcp(int *sockets, struct iovec *vectors, size_t frame_size) {
  for (int i = 0; i < receivers; i++) {
    // A loopback receiver that reads keeps the buffer empty: a short write would falsify the figure.
    if (writev(sockets[i], vectors + 2 * packets * i, 2 * packets) != (ssize_t)frame_size) exit(1);
  }
}

// Sockets of both ends: for UDP the first of `senders` sends to all `addresses`.
static void open_sockets(int tcp, int *senders, int *readers, struct sockaddr_in *addresses) {
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof any;
  int size = RECEIVE_BUFFER, one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in at = any;
  bind(listener, (struct sockaddr *)&at, sizeof at);
  listen(listener, 16);
  getsockname(listener, (struct sockaddr *)&at, &length);
  senders[0] = tcp ? -1 : socket(AF_INET, SOCK_DGRAM, 0);
  if (!tcp) setsockopt(senders[0], SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
  for (int i = 0; i < receivers; i++) {
    readers[i] = socket(AF_INET, tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
    if (tcp) {
      connect(readers[i], (struct sockaddr *)&at, sizeof at);
      senders[i] = accept(listener, NULL, NULL);
      setsockopt(senders[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      continue;
    }
    setsockopt(readers[i], SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
    bind(readers[i], (struct sockaddr *)&any, sizeof any);
    length = sizeof addresses[i];
    getsockname(readers[i], (struct sockaddr *)&addresses[i], &length);
  }
  close(listener);
}

int main(int count, char **words) {
  if (count != 6) return 2;
  int tcp = words[1][0] == 't';
  receivers = atoi(words[2]), packets = atoi(words[3]), packet_size = atoi(words[4]);
  int frames = atof(words[5]) * 1000 / FRAME_MS;
  if (packets < 1 || packets > MAX_PACKETS || packet_size <= RTP_HEADER || packet_size > 1472) return 2;
  payload = calloc(packets, packet_size);
  int *senders = calloc(receivers, sizeof *senders), *readers = calloc(receivers, sizeof *readers);
  struct sockaddr_in *addresses = calloc(receivers, sizeof *addresses);
  open_sockets(tcp, senders, readers, addresses);
  pid_t reader = fork();
  if (reader == 0) read_forever(readers, tcp);

  int header_size = tcp ? FRAMING + RTP_HEADER : RTP_HEADER;
  uint8_t *headers = calloc(receivers * packets, header_size);
  struct iovec *vectors = calloc(2 * receivers * packets, sizeof *vectors);
  struct mmsghdr *messages = calloc(receivers, sizeof *messages);
  char control[CMSG_SPACE(sizeof(uint16_t))] = {0};
  struct cmsghdr *segment = (struct cmsghdr *)control;
  *segment = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(uint16_t)), .cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT};
  *(uint16_t *)CMSG_DATA(segment) = packet_size;
  for (int i = 0; i < receivers; i++) {
    gather(vectors + 2 * packets * i, headers + i * packets * header_size, header_size);
    messages[i].msg_hdr = (struct msghdr){.msg_name = &addresses[i], .msg_namelen = sizeof addresses[i],
                                          .msg_iov = vectors + 2 * packets * i, .msg_iovlen = 2 * packets,
                                          .msg_control = packets > 1 ? control : NULL,
                                          .msg_controllen = packets > 1 ? sizeof control : 0};
  }
  struct timespec due;
  clock_gettime(CLOCK_MONOTONIC, &due);
  double begun = cpu_seconds();
  for (int frame = 0; frame < frames; frame++) {
    for (int i = 0; i < receivers; i++) number_packets(headers + i * packets * header_size, header_size, i, frame);
    if (tcp) send_tcp(senders, vectors, (size_t)packets * (packet_size + FRAMING));
    else send_udp(senders[0], messages);
    due.tv_nsec += FRAME_MS * 1000000L;
    if (due.tv_nsec >= 1000000000L) due.tv_nsec -= 1000000000L, due.tv_sec++;
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
  }
  long sent = (long)frames * receivers * packets;
  printf("{\"packets\":%ld,\"cpuPerPacket\":%.4f}\n", sent, (cpu_seconds() - begun) / sent * 1e6);
  kill(reader, SIGTERM);
  waitpid(reader, NULL, 0);
  return 0;
}
