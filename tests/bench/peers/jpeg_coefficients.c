/* How long libjpeg-turbo takes, in process, to read the coefficients of JPEGs and write them with the standard Huffman
   tables. Usage: jpeg_coefficients ROUNDS FILE...   Prints the milliseconds per JPEG, each in its fastest round.
   Build: cc -O2 -o jpeg_coefficients jpeg_coefficients.c -ljpeg */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <jpeglib.h>

typedef struct {
  unsigned char *bytes;
  unsigned long size;
} Jpeg;

static Jpeg read_file(const char *path) {
  Jpeg jpeg = {0, 0};
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    perror(path);
    exit(1);
  }
  fseek(file, 0, SEEK_END);
  jpeg.size = ftell(file);
  rewind(file);
  jpeg.bytes = malloc(jpeg.size);
  if (jpeg.bytes == NULL || fread(jpeg.bytes, 1, jpeg.size, file) != jpeg.size) exit(1);
  fclose(file);
  return jpeg;
}

static void recode(const Jpeg *jpeg) {
  struct jpeg_error_mgr errors;
  struct jpeg_decompress_struct source;
  struct jpeg_compress_struct target;
  unsigned char *written = NULL;
  unsigned long length = 0;
  source.err = target.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&source);
  jpeg_create_compress(&target);
  jpeg_mem_src(&source, jpeg->bytes, jpeg->size);
  jpeg_read_header(&source, TRUE);
  jvirt_barray_ptr *coefficients = jpeg_read_coefficients(&source);
  jpeg_mem_dest(&target, &written, &length);
  jpeg_copy_critical_parameters(&source, &target);
  target.optimize_coding = FALSE;
  jpeg_write_coefficients(&target, coefficients);
  jpeg_finish_compress(&target);
  jpeg_destroy_compress(&target);
  jpeg_finish_decompress(&source);
  jpeg_destroy_decompress(&source);
  free(written);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

int main(int count, char **words) {
  if (count < 3) return 2;
  int jpegs = count - 2;
  Jpeg *all = malloc(jpegs * sizeof(Jpeg));
  if (all == NULL) return 1;
  for (int i = 0; i < jpegs; i++) all[i] = read_file(words[i + 2]);
  double *best = calloc(jpegs, sizeof(double));
  double sum = 0;
  if (best == NULL) return 1;
  for (int round = atoi(words[1]); round > 0; round--) {
    for (int i = 0; i < jpegs; i++) {
      double start = now();
      recode(&all[i]);
      double took = now() - start;
      if (best[i] == 0 || took < best[i]) best[i] = took;
    }
  }
  for (int i = 0; i < jpegs; i++) sum += best[i];
  printf("%.4f\n", sum / jpegs);
  return 0;
}
