#include "creplica.h"
